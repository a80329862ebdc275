import { hash32 } from "../../shared/hash.ts";
import {
  figuresOf,
  mergePeriod,
  type RegionWindow,
  type Summary,
  summarise,
} from "../../shared/summary/summary.ts";
import type { Task } from "../../shared/task/task.ts";
import {
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  type RegionName,
  toMicrosecondPrecision,
} from "../../shared/units.ts";
import { between, type Random, randomOf } from "../random.ts";

/** So many hours are made up; every hour that is stored is one of them, at its own time. */
const SHAPES = 24;

/** The share of checks whose first SYN is lost, and of those that fail. */
const LOST = 0.002;
const FAILED = 0.001;

/** An hour as it could be of any task: its minutes from instant 0 on, and they merged. */
interface Shape {
  readonly minutes: readonly Summary[];
  readonly hour: Summary;
}

/** The past of a fleet that checks each minute: made-up connect times, summarised by the fleet's own code. */
export class MadeHistory {
  readonly #shapes: readonly Shape[];

  constructor(regions: readonly RegionName[]) {
    const random = randomOf(13);
    this.#shapes = Array.from({ length: SHAPES }, () => makeShape(random, regions));
  }

  /** The minutes of an hour of a task. */
  minutes(taskName: string, hourMs: EpochMs): Summary[] {
    return this.#shapeOf(taskName, hourMs).minutes.map((minute) => at(minute, taskName, hourMs));
  }

  /** The hour, merged of them. */
  hour(taskName: string, hourMs: EpochMs): Summary {
    return at(this.#shapeOf(taskName, hourMs).hour, taskName, hourMs);
  }

  #shapeOf(taskName: string, hourMs: EpochMs): Shape {
    const shape = this.#shapes[hash32(`${taskName} ${hourMs}`) % SHAPES];
    if (shape === undefined) throw new Error("No hour was made");
    return shape;
  }
}

function at(period: Summary, taskName: string, hourMs: EpochMs): Summary {
  return {
    ...period,
    taskName,
    periodStartMs: hourMs + period.periodStartMs,
    periodEndMs: hourMs + period.periodEndMs,
  };
}

function makeShape(random: Random, regions: readonly RegionName[]): Shape {
  const distances = new Map(regions.map((name) => [name, between(random, 1, 200)]));
  const minutes = Array.from({ length: HOUR_MS / MINUTE_MS }, (_, i) =>
    makeMinute(random, i * MINUTE_MS, distances),
  );
  return { minutes, hour: mergePeriod({ periodStartMs: 0, periodEndMs: HOUR_MS }, minutes) };
}

const TASK: Pick<Task, "name" | "host" | "targetId"> = {
  name: "shape",
  host: "db-primary.orders.internal.example.com:5432",
  targetId: "orders-postgresql",
};

function makeMinute(
  random: Random,
  periodStartMs: EpochMs,
  distances: ReadonlyMap<RegionName, DurationMs>,
): Summary {
  const windows = [...distances].map(([name, distanceMs]) => [
    name,
    makeWindow(random, periodStartMs, distanceMs),
  ]);
  const window = {
    ...{ periodStartMs, periodEndMs: periodStartMs + MINUTE_MS, scheduleMs: MINUTE_MS },
    regions: Object.fromEntries(windows),
  };
  return summarise(TASK, window, { complete: true, missingRegions: [], rev: 1 });
}

function makeWindow(random: Random, slotAtMs: EpochMs, distanceMs: DurationMs): RegionWindow {
  const hasFailed = random() < FAILED;
  const queuesMs = -Math.log(1 - random()) * (0.3 + 0.02 * distanceMs);
  const lostMs = random() < LOST ? 1_000 : 0;
  const check = {
    ...{ slotAtMs, synRetransmits: 0 },
    verdict: hasFailed ? ("failed" as const) : ("passed" as const),
    errorKind: hasFailed ? ("timeout" as const) : null,
    connectTimeMs: hasFailed ? null : toMicrosecondPrecision(distanceMs + queuesMs + lostMs),
  };
  return {
    ...{ covered: true, checks: [check], rechecks: [] },
    figures: figuresOf({ expectedCount: 1 }, [check]),
  };
}
