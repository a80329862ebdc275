import { basename, dirname, relative } from "node:path";
import { distancesFrom, type ImportGraph } from "./import-graph.ts";
import type { CountedRange } from "./worker/coverage.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** A test file that takes more than this on clean code runs on no mutant. */
const CLEAN_LIMIT = { cpuMs: 15_000, tookMs: 60_000 };

/** A test file that takes this much CPU on clean code runs only on mutants of its own folder. */
const SLOW_CPU_MS = 1_500;

/** So many test files, the nearest ones, run on the mutants of a file. A time would not repeat. */
const MOST_TESTS = 10;

/** A test file on the code as it is. */
export interface CleanRun {
  readonly test: string;
  /** Why it can't run here; null when it passes. */
  readonly failure: string | null;
  readonly tookMs: number;
  readonly cpuMs: number;
  /** What it ran through, by file. */
  readonly covered: ReadonlyMap<string, readonly CountedRange[]>;
}

/** Runs each test file at most once on clean code. */
export type RunClean = (test: string) => Promise<CleanRun>;

/** Runs test files on clean code, and remembers what they covered of the chosen files. */
export function cleanRunner(pool: WorkerPool, rootUrl: string, files: readonly string[]): RunClean {
  const runs = new Map<string, Promise<CleanRun>>();
  const fileOf = new Map(files.map((file) => [new URL(file, rootUrl).href, file]));
  async function run(test: string): Promise<CleanRun> {
    const outcome = await pool.run({ test, mutant: null }, CLEAN_LIMIT);
    if (typeof outcome === "string")
      return { test, failure: outcome, ...CLEAN_LIMIT, covered: new Map() };
    const covered = outcome.covered.flatMap(({ url, ranges }) => {
      const file = fileOf.get(url.split("?")[0] ?? "");
      return file === undefined ? [] : [[file, ranges] as const];
    });
    const { failure, tookMs, cpuMs } = outcome;
    return { test, failure, tookMs, cpuMs, covered: new Map(covered) };
  }
  return (test) => {
    const known = runs.get(test) ?? run(test);
    runs.set(test, known);
    return known;
  };
}

/** The test files that reach a source file: nearest first, those of its own name and folder before. */
export function testsNear(graph: ImportGraph, tests: readonly string[], file: string): string[] {
  return tests
    .flatMap((test) => {
      const distance = distancesFrom(graph, test).get(file);
      return distance === undefined ? [] : { test, rank: distance - kinshipOf(test, file) };
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ test }) => test);
}

/** Half an import nearer with the same name, a quarter with the same folder. */
function kinshipOf(test: string, file: string): number {
  const isNamesake = basename(test, ".test.ts") === basename(file, ".ts");
  return (isNamesake ? 0.5 : 0) + (isNeighbour(test, file) ? 0.25 : 0);
}

function isNeighbour(test: string, file: string): boolean {
  return relative("test", dirname(test)) === dirname(file);
}

/** The clean runs of the nearest test files, of those that pass. */
export async function chooseTests(
  file: string,
  near: readonly string[],
  runClean: RunClean,
): Promise<CleanRun[]> {
  const runs = await Promise.all(near.slice(0, MOST_TESTS).map(runClean));
  return runs.filter(
    ({ test, failure, cpuMs }) =>
      failure === null && (cpuMs < SLOW_CPU_MS || isNeighbour(test, file)),
  );
}
