import type { CleanRun } from "./choose-tests.ts";
import { applyEdit, type Mutant } from "./mutant.ts";
import { isCovered } from "./worker/coverage.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** A test may take so many times the CPU of clean code, and this much more, then it hangs. */
const HANG_CPU = { factor: 5, moreMs: 1_500 };

/** The same by the clock, for a test that waits; other programs may need this machine, too. */
const HANG_CLOCK = { factor: 10, moreMs: 20_000 };

/** What the tests make of a mutant. A hang and a crash are seen, too. */
export interface Verdict {
  readonly mutant: Mutant;
  readonly end: "killed" | "timeout" | "crash" | "survived" | "uncovered";
  /** The test that found it, and how. */
  readonly failure: string | null;
}

/** Runs the tests that come past a mutant, the quickest first, until one fails. */
export async function runMutant(
  pool: WorkerPool,
  mutant: Mutant,
  { text, tests }: { readonly text: string; readonly tests: readonly CleanRun[] },
): Promise<Verdict> {
  const passing = tests
    .filter(({ covered }) => isCovered(covered.get(mutant.file) ?? [], mutant.start))
    .toSorted((a, b) => a.cpuMs - b.cpuMs);
  if (passing.length === 0) return { mutant, end: "uncovered", failure: null };
  const changed = { file: mutant.file, text: applyEdit(text, mutant) };
  for (const { test, tookMs, cpuMs } of passing) {
    const outcome = await pool.run(
      { test, mutant: changed },
      {
        cpuMs: cpuMs * HANG_CPU.factor + HANG_CPU.moreMs,
        tookMs: tookMs * HANG_CLOCK.factor + HANG_CLOCK.moreMs,
      },
    );
    if (typeof outcome === "string") return { mutant, end: outcome, failure: test };
    if (outcome.failure !== null)
      return { mutant, end: "killed", failure: `${test}: ${outcome.failure}` };
  }
  return { mutant, end: "survived", failure: null };
}
