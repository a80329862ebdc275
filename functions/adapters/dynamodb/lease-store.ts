import { randomUUID } from "node:crypto";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Lease, LeaseRun, Timetable } from "../../../shared/slot/slot.ts";
import type { EpochMs } from "../../../shared/units.ts";
import type { DamagedLease, LeaseStore } from "../../ports/lease-store.ts";
import { toPlainItem } from "./plain-item.ts";
import { damaged, isInstant, isInteger, readInstant, readText, storedItem } from "./stored-item.ts";
import { type Condition, getItem, putVersioned, type TableSetup } from "./table.ts";

/** Leases in a region's `results` table, each under `lease#<shard>`. */
export function createLeaseStore(setup: TableSetup): LeaseStore {
  return {
    async readLease(shard) {
      const item = await getItem(setup, keyOf(shard));
      return item === null ? null : readItem(toPlainItem(item));
    },

    async moveLease(shard, held, next) {
      // Two rivals may move the lease alike: the random mark tells which of them did.
      const item = marshall({ ...keyOf(shard), ...encodeLease(next), move: randomUUID() });
      const put = await putVersioned(setup, keyOf(shard), { item, condition: conditionFor(held) });
      return put === "stored" ? "moved" : "lost";
    },
  };
}

function keyOf(shard: number): { pk: string; sk: string } {
  return { pk: `lease#${shard}`, sk: "lease" };
}

// `claimedToMs` changes with every move, so it is the lease's version. It goes back only if a claim is
// returned or was of another clock.
function conditionFor(held: Lease | DamagedLease | null): Condition {
  if (held === null) return { expression: "attribute_not_exists(pk)" };
  if ("damage" in held) return isUnmoved(held);
  return { expression: "claimed_to_ms = :held", values: { ":held": held.claimedToMs } };
}

/** Each move has a mark of its own, and that is a text. */
function isUnmoved({ move }: DamagedLease): Condition {
  const names = { "#move": "move" };
  if (move !== null) return { expression: "#move = :held", names, values: { ":held": move } };
  return { expression: "NOT attribute_type(#move, :text)", names, values: { ":text": "S" } };
}

/** A lease that can't be read is its shard's only: that shard begins anew, and the others go on. */
function readItem(stored: Record<string, unknown>): Lease | DamagedLease {
  try {
    return decodeLease(stored);
  } catch (error) {
    const damage = error instanceof Error ? error.message : String(error);
    const { move } = stored;
    return {
      damage,
      claimedToMs: findClaim(stored),
      move: typeof move === "string" ? move : null,
    };
  }
}

/** The end of what is claimed, which is that of the last run too. */
function findClaim({ claimed_to_ms: claimedToMs, runs }: Record<string, unknown>): EpochMs | null {
  if (isInstant(claimedToMs)) return claimedToMs;
  try {
    const [fromMs, durationMs]: unknown[] = JSON.parse(String(runs)).at(-1);
    const toMs = Number(fromMs) + Number(durationMs);
    return isInstant(toMs) ? toMs : null;
  } catch {
    return null;
  }
}

/** A lease's attributes. `runs` is one text: as a list of maps it would be four times the size. */
interface LeaseItem {
  readonly claimed_to_ms: number;
  /**
   * JSON: `[fromMs, durationMs, staggerPermille, bundle, spreadMs, burstMs]` each. Without a bundle, or
   * with null, it is that of the run before; the last two may be absent or null. Append only: readers
   * ignore further elements.
   */
  readonly runs: string;
}

/** A lease's stored attributes, without its key. */
export function encodeLease(lease: Lease): LeaseItem {
  const runs = lease.runs.map((run, i) => {
    const figures = [run.fromMs, run.toMs - run.fromMs, run.staggerPermille];
    const bundle = run.bundle === lease.runs[i - 1]?.bundle ? null : run.bundle;
    return withoutTail([...figures, bundle, run.spreadMs ?? null, run.burstMs ?? null]);
  });
  return { claimed_to_ms: lease.claimedToMs, runs: JSON.stringify(runs) };
}

/** A run as yesterday's writer had it, if it has nothing more to say. */
function withoutTail(elements: readonly (number | string | null)[]): unknown[] {
  return elements.slice(0, elements.findLastIndex((element) => element !== null) + 1);
}

/** Reads a lease's stored attributes, ignoring unknown ones; throws if they are damaged. */
export function decodeLease(stored: unknown): Lease {
  const item = storedItem("lease", stored);
  const claimedToMs = readInstant(item, "claimed_to_ms");
  const list = parseRuns(readText(item, "runs"));
  if (!Array.isArray(list)) throw damaged(item, "runs must be a list");
  const runs: LeaseRun[] = [];
  for (const run of list) runs.push(decodeRun(run, runs.at(-1)?.bundle));
  if (!followEachOther(runs, claimedToMs)) throw damaged(item, "runs must follow each other");
  return { claimedToMs, runs };
}

function followEachOther(runs: readonly LeaseRun[], claimedToMs: EpochMs): boolean {
  return runs.every(({ fromMs, toMs }, i) => {
    return fromMs < toMs && toMs <= (runs[i + 1]?.fromMs ?? claimedToMs);
  });
}

function parseRuns(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged({ kind: "lease" }, "runs must be JSON");
  }
}

function decodeRun(stored: unknown, bundleBefore: string | undefined): LeaseRun {
  const item = { kind: "lease" };
  if (!Array.isArray(stored)) throw damaged(item, "each run must be a list");
  const [fromMs, durationMs, staggerPermille, named, spreadMs, burstMs]: unknown[] = stored;
  // A newer version that adds an element writes null for a bundle that it does not repeat.
  const bundle = named ?? bundleBefore;
  if (!isInteger(fromMs) || !isInteger(durationMs) || !isInteger(staggerPermille)) {
    throw damaged(item, "a run must begin with three whole numbers");
  }
  if (typeof bundle !== "string") throw damaged(item, "a run must name its bundle");
  const spans = { ...spanOf("spreadMs", spreadMs), ...spanOf("burstMs", burstMs) };
  return { fromMs, toMs: fromMs + durationMs, staggerPermille, bundle, ...spans };
}

/** One that can't be used would move slots unnoticed. */
function spanOf(field: "spreadMs" | "burstMs", stored: unknown): Partial<Timetable> {
  if (stored === undefined || stored === null) return {};
  if (isInteger(stored) && stored > 0) return { [field]: stored };
  throw damaged({ kind: "lease" }, `a run's ${field} must be a whole number above 0`);
}
