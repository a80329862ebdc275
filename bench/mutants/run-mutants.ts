import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CleanRun, chooseTests, cleanRunner, testsNear } from "./choose-tests.ts";
import type { ImportGraph } from "./import-graph.ts";
import type { Mutant } from "./mutant.ts";
import { runMutant, type Verdict } from "./run-mutant.ts";
import { openPool } from "./worker-pool.ts";

/** What to run, and how. */
export interface MutantRun {
  readonly root: string;
  readonly graph: ImportGraph;
  /** All test files. */
  readonly tests: readonly string[];
  /** In the order in which they are to run. */
  readonly mutants: readonly Mutant[];
  readonly jobs: number;
  /** No verdict counts that comes later than this from the start. */
  readonly limitMs: number | null;
  readonly onVerdict: (verdict: Verdict) => void;
}

interface Subject {
  readonly text: string;
  readonly tests: readonly CleanRun[];
}

/** Runs the mutants one after the other, `jobs` at a time. */
export async function runMutants(run: MutantRun): Promise<readonly Verdict[]> {
  const pool = openPool(run.root, run.jobs);
  const files = [...new Set(run.mutants.map(({ file }) => file))];
  const runClean = cleanRunner(pool, pathToFileURL(`${run.root}/`).href, files);
  const subjects = new Map<string, Promise<Subject>>();
  const verdicts: Verdict[] = [];
  const left = run.mutants.values();
  let isOver = false;

  async function readSubject(file: string): Promise<Subject> {
    const text = readFileSync(join(run.root, file), "utf8");
    const near = testsNear(run.graph, run.tests, file);
    return { text, tests: await chooseTests(file, near, runClean) };
  }

  function subjectOf(file: string): Promise<Subject> {
    const subject = subjects.get(file) ?? readSubject(file);
    subjects.set(file, subject);
    return subject;
  }

  async function work(): Promise<void> {
    for (const mutant of left) {
      const verdict = await runMutant(pool, mutant, await subjectOf(mutant.file));
      if (isOver) return;
      verdicts.push(verdict);
      run.onVerdict(verdict);
    }
  }

  const lanes = Promise.all(Array.from({ length: run.jobs }, work));
  const { promise: limit, resolve: end } = Promise.withResolvers<void>();
  const timer = run.limitMs === null ? undefined : setTimeout(end, run.limitMs);
  await Promise.race([lanes, limit]);
  isOver = true;
  clearTimeout(timer);
  pool.close();
  return verdicts;
}
