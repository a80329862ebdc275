import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Accepted, readAccepted, staleAmong } from "./accepted.ts";
import {
  filesChanged,
  filesInScope,
  filesUnder,
  findBase,
  pathsSince,
  testFiles,
} from "./choose-files.ts";
import { type ImportGraph, readImportGraph } from "./import-graph.ts";
import { listMutants } from "./list-mutants.ts";
import type { Mutant } from "./mutant.ts";
import { orderMutants } from "./order-mutants.ts";
import { printAccepted, printScores, printSurvivors } from "./print-report.ts";
import { HELP, type MutantOptions, OptionsError, readOptions } from "./read-options.ts";
import type { Verdict } from "./run-mutant.ts";
import { runMutants } from "./run-mutants.ts";
import {
  foundAccepted,
  hangsAmong,
  isTooLow,
  LEAST_PERCENT,
  scoreOf,
  scoresByRoom,
  survivorsOf,
} from "./score.ts";
import { showProgress } from "./show-progress.ts";

// The mutation gate: `npm run mutants`.

const root = join(import.meta.dirname, "../..");

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = readOptions(argv);
    if (options !== "help") return await runGate(options);
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return 2;
  }
}

async function runGate(options: MutantOptions): Promise<number> {
  const startedAtMs = performance.now();
  const tests = testFiles(root);
  const scope = filesInScope(root);
  const graph = readImportGraph(root, [...tests, ...scope]);
  const files = chooseFiles(options, scope, graph);
  const mutants = files.flatMap((file) =>
    listMutants(file, readFileSync(join(root, file), "utf8")),
  );
  const usedMs = performance.now() - startedAtMs;
  const verdicts = await runMutants({
    root,
    graph,
    tests,
    mutants: orderMutants(mutants, options.seed),
    jobs: options.jobs,
    limitMs: options.seconds === null ? null : Math.max(0, options.seconds * 1_000 - usedMs),
    onVerdict: showProgress(mutants.length),
  });
  const accepted = readAccepted(readFileSync(join(import.meta.dirname, "accepted.jsonl"), "utf8"));
  const isSample = options.changedSince !== undefined || verdicts.length < mutants.length;
  return report({ options, verdicts, mutants, accepted, isSample, stale: staleOf(accepted) });

  function staleOf(all: readonly Accepted[]): readonly Accepted[] {
    const gone = all.filter(({ file }) => !scope.includes(file));
    return [...gone, ...staleAmong(all, mutants, files)];
  }
}

function chooseFiles(
  { paths, changedSince }: MutantOptions,
  scope: readonly string[],
  graph: ImportGraph,
): readonly string[] {
  if (changedSince === undefined)
    return paths.length === 0 ? scope : known(filesUnder(scope, paths));
  const base = changedSince ?? findBase(root);
  // Without a history anything may have changed.
  return base === null ? scope : filesChanged(scope, pathsSince(root, base), graph);
}

function known(files: readonly string[]): readonly string[] {
  if (files.length === 0) throw new OptionsError("the gate is about no such file");
  return files;
}

interface Report {
  readonly options: MutantOptions;
  readonly verdicts: readonly Verdict[];
  readonly mutants: readonly Mutant[];
  readonly accepted: readonly Accepted[];
  readonly stale: readonly Accepted[];
  readonly isSample: boolean;
}

function report({ options, verdicts, mutants, accepted, stale, isSample }: Report): number {
  const score = scoreOf(verdicts, accepted);
  const survivors = survivorsOf(verdicts, accepted);
  const found = foundAccepted(verdicts, accepted).map(({ mutant }) => mutant);
  const outdated = [...stale, ...found];
  if (options.json) process.stdout.write(`${JSON.stringify({ score, verdicts, outdated })}\n`);
  else {
    process.stdout.write(`${printSurvivors(survivors)}\n`);
    process.stdout.write(`${printScores(scoresByRoom(verdicts, accepted), score)}\n`);
  }
  const hangs = hangsAmong(verdicts);
  const tooLow = isTooLow(score, isSample);
  process.stderr.write(
    `${verdicts.length} of ${mutants.length} mutants ran, ${hangs} were found by a hang, seed ${options.seed}\n`,
  );
  if (outdated.length > 0) process.stderr.write(`accepted, but out of date:\n`);
  for (const entry of outdated) process.stderr.write(printAccepted({ ...entry, why: "" }));
  if (tooLow) process.stderr.write(`the score is under ${LEAST_PERCENT} %\n`);
  // Without a verdict there is no score that could pass; a sample that was too short says nothing.
  const ranNone = mutants.length > 0 && verdicts.length === 0;
  if (ranNone) process.stderr.write("no mutant ran in the given time, so this run says nothing\n");
  // A busy machine can fail a test that waits for real time, so one find in a sample proves little.
  const isOutdated = isSample ? stale.length > 0 : outdated.length > 0;
  return tooLow || (ranNone && options.seconds === null) || isOutdated ? 1 : 0;
}
