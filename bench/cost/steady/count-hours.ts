import { costRegionsOf } from "../../../cli/fleet/cost-regions.ts";
import { DETAIL_TYPES } from "../../../shared/contract.ts";
import type { CostFleet, TableUnits, UnitsByTable } from "../../../shared/cost/cost.ts";
import type { Fleet } from "../../../shared/plan/plan.ts";
import type { Task } from "../../../shared/task/task.ts";
import { type EpochMs, HOUR_MS, MINUTE_MS } from "../../../shared/units.ts";
import type { WireExchange } from "../../aggregate/instant-database.ts";
import { unitsOf } from "../capacity-units.ts";
import { SteadyFleet } from "./steady-fleet.ts";

/** An average minute of a fleet's steady life. */
export interface SteadyHours {
  readonly checks: number;
  readonly units: UnitsByTable;
  /** Of a stored check, with its share of what a chunk has beside its checks. */
  readonly bytesACheck: number;
}

const FROM_MS: EpochMs = Date.UTC(2026, 0, 5, 10);

const MINUTES = HOUR_MS / MINUTE_MS;

/** In the first hour there is no hour to pack yet. */
const WARM_MINUTES = MINUTES + 2;

const ALL_MINUTES = WARM_MINUTES + MINUTES;

/**
 * Plays two hours of a fleet in virtual time and counts what AWS would bill for the second one. Throws
 * if a minute of it was not summarised, or if anything was told.
 */
export async function countHours(
  regions: CostFleet["regions"],
  tasks: readonly Task[],
  progress: (minute: number, count: number) => void,
): Promise<SteadyHours> {
  const count = new Count();
  const fleet = new SteadyFleet(fleetOf(regions), FROM_MS, (exchange) => count.note(exchange));
  await fleet.putTasks(tasks);
  await play(fleet, WARM_MINUTES, (minute) => progress(minute, ALL_MINUTES));
  const before = { checks: fleet.checkCount, windows: fleet.windowCount };
  count.begin();
  await play(fleet, MINUTES, (minute) => progress(WARM_MINUTES + minute, ALL_MINUTES));
  const windows = fleet.windowCount - before.windows;
  if (windows !== MINUTES) throw new Error(`${windows} of ${MINUTES} windows were closed`);
  const told = fleet.events.filter((type) => type !== DETAIL_TYPES.heartbeat);
  if (told.length > 0) throw new Error(`A steady fleet told ${told[0]}`);
  const checks = fleet.checkCount - before.checks;
  return {
    checks: checks / MINUTES,
    units: count.aMinute(),
    bytesACheck: count.chunkBytes / checks,
  };
}

async function play(fleet: SteadyFleet, minutes: number, progress: (minute: number) => void) {
  for (let minute = 0; minute < minutes; minute++) {
    await fleet.playMinute();
    progress(minute + 1);
  }
}

function fleetOf(regions: CostFleet["regions"]): Fleet {
  return {
    name: FLEET,
    home: regions[0]?.name ?? "",
    regions: regions.map((region) => ({ ...region, vpc: false, ipv6: false })),
  };
}

const FLEET = "bench";

/** Where tasks are checked, each region as large as a deployment makes it. */
export function regionsFor(names: readonly string[], tasks: readonly Task[]): CostFleet["regions"] {
  return costRegionsOf({ listed: names.join(","), cdkJson: {}, stored: null }, tasks);
}

type Tables = Record<keyof UnitsByTable, TableUnits>;

const NOTHING: TableUnits = { writes: 0, reads: 0 };

/** What AWS would bill for the requests that it is told of. */
class Count {
  #tables: Tables = noUnits();
  chunkBytes = 0;

  begin(): void {
    this.#tables = noUnits();
    this.chunkBytes = 0;
  }

  note({ operation, request, answer }: WireExchange): void {
    const exchange = { operation, request: JSON.parse(request), answer: JSON.parse(answer) };
    for (const { table: name, writes, reads } of unitsOf(exchange)) {
      const table = tableOf(name);
      const held = this.#tables[table];
      this.#tables[table] = { writes: held.writes + writes, reads: held.reads + reads };
    }
    this.chunkBytes += chunkBytesOf(exchange.request.Item ?? {});
  }

  aMinute(): UnitsByTable {
    const entries = Object.entries(this.#tables).map(([table, { writes, reads }]) => [
      table,
      { writes: writes / MINUTES, reads: reads / MINUTES },
    ]);
    return Object.fromEntries(entries);
  }
}

/** A chunk is the only item with such bytes; 0 of any other. */
function chunkBytesOf(item: Readonly<Record<string, { readonly B?: string }>>): number {
  return Buffer.byteLength(item.chunk?.B ?? "", "base64");
}

function noUnits(): Tables {
  return {
    ...{ tasks: NOTHING, settings: NOTHING, "task-status": NOTHING, summaries: NOTHING },
    ...{ alerts: NOTHING, plans: NOTHING, results: NOTHING },
  };
}

/** `bench-results-eu-west-1` → `results`. */
function tableOf(name: string): keyof UnitsByTable {
  const tables = Object.keys(noUnits()).toSorted((a, b) => b.length - a.length);
  const own = tables.find((table) => name.startsWith(`${FLEET}-${table}`));
  if (own === undefined) throw new Error(`${name} is no table of the fleet`);
  return own as keyof UnitsByTable;
}
