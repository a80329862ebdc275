import type { Fleet } from "../../shared/plan/plan.ts";
import { MINUTE_MS, SECOND_MS, startOfMinute } from "../../shared/units.ts";
import { fleetOf, tasksOf } from "../aggregate/make-fleet.ts";
import { publish, type Row, showSpread, spreadOf } from "../report.ts";
import { NEW_TABLE } from "./capacity.ts";
import { type Played, playOutage } from "./play-scene.ts";

// How long a mass outage takes to be told: every target of the fleet falls at one instant.
// `node bench/outage/outage.ts [--seeds 5] [--json] [--runs]`

const SCENES = [
  { taskCount: 10_000, regionCount: 10 },
  { taskCount: 8_000, regionCount: 10 },
  { taskCount: 13_000, regionCount: 3 },
];

/** PutEvents' quota of a large region and of the smallest ones, each entry taken for a transaction. */
const QUOTAS = [10_000, 400];

function textOf(option: string): string | undefined {
  const at = process.argv.indexOf(option);
  return at < 0 ? undefined : process.argv[at + 1];
}

const seedCount = Number(textOf("--seeds") ?? 3);
const only = textOf("--scene");
const minutes = Number(textOf("--minutes") ?? 7);

async function play(scene: (typeof SCENES)[number], busEntries: number): Promise<Played[]> {
  const played: Played[] = [];
  const shape = { ...scene, scheduleSeconds: 15 };
  const fleet: Fleet = fleetOf(shape);
  const tasks = tasksOf(shape);
  for (let seed = 1; seed <= seedCount; seed++) {
    const one = await playOutage({
      fleet,
      tasks,
      seed,
      busEntries,
      limits: { alerts: NEW_TABLE, summaries: NEW_TABLE },
      minutes,
    });
    played.push(one);
    if (process.argv.includes("--runs")) printRuns(one);
  }
  return played;
}

function printRuns({ outage, runs, arrivals, historyIds, pendingCount }: Played): void {
  for (const run of runs) {
    const since = ((run.startedAtMs - outage.fromMs) / SECOND_MS).toFixed(0);
    const took = ((run.endedAtMs - run.startedAtMs) / SECOND_MS).toFixed(1);
    process.stderr.write(
      `  ${since} s after: ${run.end} after ${took} s, ${run.arrivedCount} events, ${run.units} units, ${run.throttled} throttled, windows ${run.log?.metrics.Windows} ${run.error ?? ""}\n`,
    );
  }
  const ids = new Set(arrivals.map(({ id }) => id));
  process.stderr.write(
    `  ${arrivals.length} arrivals of ${ids.size} events, ${historyIds.size} in history, ${pendingCount} pending\n`,
  );
}

/** Seconds from an instant until the last event that says CRITICAL; infinite if a task has none. */
function lastAfter({ arrivals }: Played, taskCount: number, fromMs: number): number {
  const first = new Map<string, number>();
  for (const { taskName, state, atMs } of arrivals)
    if (state === "CRITICAL" && !first.has(taskName)) first.set(taskName, atMs);
  if (first.size < taskCount) return Number.POSITIVE_INFINITY;
  return (Math.max(...first.values()) - fromMs) / SECOND_MS;
}

/** The end of the window in which the first event was decided. */
function windowEnd({ outage }: Played): number {
  return startOfMinute(outage.fromMs) + MINUTE_MS;
}

function rowOf(scene: (typeof SCENES)[number], busEntries: number, played: Played[]): Row {
  const { taskCount, regionCount } = scene;
  const fromWindow = played.map((one) => lastAfter(one, taskCount, windowEnd(one)));
  const fromOutage = played.map((one) => lastAfter(one, taskCount, one.outage.fromMs));
  const total = played.map(({ arrivals }) => arrivals.length);
  const once = played.map(({ arrivals }) => new Set(arrivals.map(({ id }) => id)).size);
  return {
    tasks: taskCount,
    regions: regionCount,
    "entries a second": busEntries,
    "last event after the window, s": showSpread(spreadOf(fromWindow)),
    "after the outage, s": showSpread(spreadOf(fromOutage)),
    "runs ended by Lambda": played
      .flatMap(({ runs }) => runs)
      .filter(({ end }) => end !== "returned").length,
    "sent twice": total.reduce((sum, count, i) => sum + count - (once[i] ?? 0), 0),
    "not in history": played.reduce(
      (sum, one) =>
        sum + new Set(one.arrivals.flatMap(({ id }) => (one.historyIds.has(id) ? [] : id))).size,
      0,
    ),
  };
}

const rows: Row[] = [];
for (const scene of SCENES) {
  if (only !== undefined && only !== `${scene.taskCount}x${scene.regionCount}`) continue;
  for (const busEntries of QUOTAS)
    rows.push(rowOf(scene, busEntries, await play(scene, busEntries)));
}
publish(
  "outage",
  "Every target falls at once: seconds until the last CRITICAL event is out, median (least to most)",
  rows,
);
