import type { CoveredFile } from "./coverage.ts";

/** What the parent asks of a worker: to run one test file. */
export interface WorkerTask {
  readonly test: string;
  /** A file with a bug in it, types and all; null runs the code as it is. */
  readonly mutant: { readonly file: string; readonly text: string } | null;
}

/** What a worker answers. */
export interface WorkerAnswer {
  /** The first test that failed and why, or null when all passed. */
  readonly failure: string | null;
  readonly tookMs: number;
  readonly cpuMs: number;
  /** What a test on the code as it is ran through; empty for a mutant. */
  readonly covered: readonly CoveredFile[];
  /** Something is left open in the worker: the next task needs a new one. */
  readonly isSpent: boolean;
}
