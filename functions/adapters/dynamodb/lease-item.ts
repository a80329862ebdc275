import type { Lease, LeaseRun } from "../../../shared/slot/slot.ts";

/** A lease's attributes. `runs` is one text: as a list of maps it would be four times the size. */
export interface LeaseItem {
  readonly claimed_to_ms: number;
  /**
   * JSON: `[fromMs, durationMs, staggerPermille, bundle]` each; no bundle means the one before.
   * Append only: readers ignore what follows.
   */
  readonly runs: string;
}

export function encodeLease(lease: Lease): LeaseItem {
  const runs = lease.runs.map((run, i) => {
    const figures = [run.fromMs, run.toMs - run.fromMs, run.staggerPermille];
    return run.bundle === lease.runs[i - 1]?.bundle ? figures : [...figures, run.bundle];
  });
  return { claimed_to_ms: lease.claimedToMs, runs: JSON.stringify(runs) };
}

/** Reads a lease's attributes, known or not; throws on ones that no `encodeLease` made. */
export function decodeLease(item: Readonly<Record<string, unknown>>): Lease {
  const claimedToMs = item.claimed_to_ms;
  if (typeof claimedToMs !== "number") throw damaged("claimed_to_ms must be a number");
  if (typeof item.runs !== "string") throw damaged("runs must be a text");
  const stored: unknown = JSON.parse(item.runs);
  if (!Array.isArray(stored)) throw damaged("runs must be a list");
  const runs: LeaseRun[] = [];
  for (const run of stored) runs.push(decodeRun(run, runs.at(-1)?.bundle));
  return { claimedToMs, runs };
}

function decodeRun(stored: unknown, bundleBefore: string | undefined): LeaseRun {
  if (!Array.isArray(stored)) throw damaged("each run must be a list");
  const [fromMs, durationMs, staggerPermille, named]: unknown[] = stored;
  // A newer version that adds an element after a bundle that is not named has null in its place.
  const bundle = named ?? bundleBefore;
  if (!isInteger(fromMs) || !isInteger(durationMs) || !isInteger(staggerPermille)) {
    throw damaged("a run must begin with three whole numbers");
  }
  if (typeof bundle !== "string") throw damaged("a run must name its bundle");
  return { fromMs, toMs: fromMs + durationMs, staggerPermille, bundle };
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function damaged(rule: string): Error {
  return new Error(`Stored lease is damaged: ${rule}`);
}
