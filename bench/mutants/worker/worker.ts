import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { startCoverage } from "./coverage.ts";
import { hookProject } from "./load-mutant.ts";
import type { WorkerAnswer, WorkerTask } from "./messages.ts";
import { openResources, untilStuck } from "./open-resources.ts";
import { collectTests } from "./test-runner.ts";

// Runs test files of one project on mutants, one after the other in one warm process.

// The same cases for every mutant, and no search for the smallest failing case.
fc.configureGlobal({ seed: 1, endOnFailure: true });

const root = pathToFileURL(`${process.argv[2]}/`);
const project = hookProject(root, new URL("test-runner.ts", import.meta.url));

let fail: (error: unknown) => void = () => undefined;
process.on("uncaughtException", (error) => fail(error));
process.on("unhandledRejection", (error) => fail(error));
// Without its parent there is nothing left to do, for it and for what its tests started.
process.on("disconnect", () => process.kill(-process.pid, "SIGKILL"));
process.on("message", (task: WorkerTask) => void answer(task));

// The channel to the parent is open from here on.
const openAtFirst = openResources();

async function answer(task: WorkerTask): Promise<void> {
  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  const stopCoverage = task.mutant === null ? startCoverage() : () => [];
  project.renew(task.mutant);
  const failure = await failureOf(task.test);
  const tookMs = performance.now() - startedAtMs;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuMs = (cpu.user + cpu.system) / 1_000;
  const covered = stopCoverage().filter(({ url }) => url.startsWith(root.href));
  const answered: WorkerAnswer = { failure, tookMs, cpuMs, covered, isSpent: await isSpent() };
  process.send?.(answered);
}

async function failureOf(test: string): Promise<string | null> {
  const { promise, reject } = Promise.withResolvers<never>();
  fail = reject;
  try {
    await Promise.race([promise, untilStuck(runFile(test), openAtFirst)]);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function runFile(test: string): Promise<void> {
  const run = collectTests();
  await import(project.addressOf(test));
  await run();
  // What is thrown a turn later is thrown by this test, too.
  await nextTurn();
}

async function isSpent(): Promise<boolean> {
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  return openResources() !== openAtFirst;
}
