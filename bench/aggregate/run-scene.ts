import { readFileSync } from "node:fs";
import { openHomeStores, openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { aggregateWindows } from "../../functions/aggregate/aggregate.ts";
import type { AggregateServices, RunLog } from "../../functions/aggregate/services/services.ts";
import { BundleCache } from "../../functions/bundle-cache.ts";
import { DEFAULT_ALERT_POLICY } from "../../shared/health/rules/rules.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { InstantDatabase } from "./instant-database.ts";
import { fleetOf, type Scene, WINDOW_COUNT } from "./make-fleet.ts";
import { FIRST_WINDOW_MS } from "./make-results.ts";

// Runs in a process of its own, on one core and in limited memory: the minutes of a scene, one run
// of the aggregator each. Prints one line of JSON.

/** What one run took and did. */
export interface RunFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly windowCount: number;
  readonly summaryCount: number;
  readonly eventCount: number;
}

export interface SceneFigures {
  readonly runs: readonly RunFigures[];
  readonly idleRssMb: number;
  readonly peakRssMb: number;
}

/** When the aggregator is set off after a window's end. */
const RUN_OFFSET_MS = 21 * SECOND_MS;

const KEEP_MS = 30 * DAY_MS;

const counts = { summaries: 0, events: 0 };
const lines: RunLog[] = [];

function servicesOf(
  scene: Scene,
  database: InstantDatabase,
  now: () => EpochMs,
): AggregateServices {
  const fleet = fleetOf(scene);
  const sleep = async () => undefined;
  const setup = { fleet: fleet.name, keepMs: KEEP_MS, now, sleep };
  const home = openHomeStores({ ...setup, client: database.client(fleet.home) });
  return {
    fleet,
    alertDefaults: DEFAULT_ALERT_POLICY,
    now,
    sleep,
    newHolder: () => "bench",
    regions: new Map(
      fleet.regions.map(({ name: region }) => [
        region,
        openRegionStores({ ...setup, client: database.client(region), region }),
      ]),
    ),
    bundles: new BundleCache(),
    toldAside: new Set(),
    summaries: home.summaries,
    boards: home.boards,
    periods: home.periods,
    rollUp: home.rollUp,
    lock: home.lock,
    progress: home.progress,
    states: home.states,
    fleetRecord: home.fleetRecord,
    hints: home.hints,
    settings: home.settings,
    history: home.history,
    bus: {
      publish: async (events) => {
        counts.events += events.length;
        return { delivered: events.map(({ id }) => id), failed: [] };
      },
    },
    announce: () => {
      counts.summaries += 1;
    },
    log: (line) => lines.push(line),
    invoker: null,
    logTurn: () => undefined,
  };
}

async function run(scene: Scene, fixture: string): Promise<SceneFigures> {
  const database = new InstantDatabase();
  database.load(JSON.parse(readFileSync(fixture, "utf8")));
  let clockMs = FIRST_WINDOW_MS - SECOND_MS;
  let startedAt = performance.now();
  const services = servicesOf(scene, database, () => clockMs + performance.now() - startedAt);
  const beginning = await services.progress.readProgress();
  if (beginning !== null) throw new Error("The fixture has been aggregated before");
  await services.progress.writeProgress({ watermarkMs: FIRST_WINDOW_MS, openWindows: [] });
  const idleRssMb = toMb(process.memoryUsage.rss());
  const runs: RunFigures[] = [];
  for (let i = 1; i <= WINDOW_COUNT; i++) {
    clockMs = FIRST_WINDOW_MS + i * MINUTE_MS + RUN_OFFSET_MS;
    startedAt = performance.now();
    runs.push(await timeRun(services));
  }
  return { runs, idleRssMb, peakRssMb: toMb(process.resourceUsage().maxRSS * 1_024) };
}

async function timeRun(services: AggregateServices): Promise<RunFigures> {
  const before = { ...counts };
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await aggregateWindows(services);
  const used = process.cpuUsage(cpu);
  return {
    seconds: (performance.now() - startedAt) / SECOND_MS,
    cpuSeconds: (used.user + used.system) / 1e6,
    windowCount: lines.at(-1)?.metrics.Windows ?? 0,
    summaryCount: counts.summaries - before.summaries,
    eventCount: counts.events - before.events,
  };
}

function toMb(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}

const [sceneText = "", fixture = ""] = process.argv.slice(2);
const figures = await run(JSON.parse(sceneText), fixture);
process.stdout.write(`${JSON.stringify(figures)}\n`);
