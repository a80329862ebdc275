import { readFileSync } from "node:fs";
import { aggregateWindows } from "../../functions/aggregate/aggregate.ts";
import type { AggregateServices, RunLog } from "../../functions/aggregate/services/services.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { InstantDatabase } from "./instant-database.ts";
import { fleetOf, type Scene, WINDOW_COUNT } from "./make-fleet.ts";
import { FIRST_WINDOW_MS } from "./make-results.ts";
import { aggregateServicesOf } from "./services.ts";

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

const counts = { summaries: 0, events: 0 };
const lines: RunLog[] = [];

async function run(scene: Scene, fixture: string): Promise<SceneFigures> {
  const database = new InstantDatabase();
  database.load(JSON.parse(readFileSync(fixture, "utf8")));
  let clockMs = FIRST_WINDOW_MS - SECOND_MS;
  let startedAt = performance.now();
  const now = () => clockMs + performance.now() - startedAt;
  const services = aggregateServicesOf(
    { fleet: fleetOf(scene), database, now },
    {
      bus: { publish: countEvents },
      announce: () => void counts.summaries++,
      log: (line) => void lines.push(line),
    },
  );
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

async function countEvents(events: readonly { readonly id: string }[]) {
  counts.events += events.length;
  return { delivered: events.map(({ id }) => id), failed: [] };
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
