import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { pidOf, statOf } from "../process-figures.ts";
import type { WorkerAnswer, WorkerTask } from "./worker/messages.ts";

/** A worker keeps every module it ever loaded. */
const TASKS_A_WORKER = 150;

/** More memory than any test on clean code needs: a mutant that grows without end dies soon. */
const HEAP_MB = 768;

const WATCH_MS = 250;

/** When a worker hangs: after so much CPU of its own, or so long. A busy machine changes only one. */
export interface HangLimit {
  readonly cpuMs: number;
  readonly tookMs: number;
}

/** What became of a task: an answer, or a worker that hung or died. */
export type Outcome = WorkerAnswer | "timeout" | "crash";

/** Warm processes that run tests on mutants. */
export interface WorkerPool {
  /** Waits for a free worker. Ends as a timeout when the worker takes more than this. */
  run(task: WorkerTask, limit: HangLimit): Promise<Outcome>;
  close(): void;
}

interface Worker {
  readonly child: ChildProcess;
  taskCount: number;
}

/** Starts workers when they are needed, at most so many at a time. */
export function openPool(root: string, workerCount: number): WorkerPool {
  const idle: Worker[] = [];
  const busy = new Set<Worker>();
  const waiting: (() => void)[] = [];
  let isClosed = false;

  async function acquire(): Promise<Worker> {
    while (busy.size >= workerCount) await new Promise<void>((resolve) => waiting.push(resolve));
    // What is still asked for after the end must keep no process alive: it is never answered.
    if (isClosed) await new Promise<never>(() => undefined);
    const worker = idle.pop() ?? { child: startWorker(root), taskCount: 0 };
    busy.add(worker);
    return worker;
  }

  function release(worker: Worker, outcome: Outcome): void {
    busy.delete(worker);
    worker.taskCount++;
    const isFresh = typeof outcome === "object" && !outcome.isSpent;
    if (isFresh && worker.taskCount < TASKS_A_WORKER) idle.push(worker);
    else killWorker(worker.child);
    waiting.shift()?.();
  }

  return {
    async run(task, limit) {
      const worker = await acquire();
      const outcome = await ask(worker.child, task, limit);
      release(worker, outcome);
      return outcome;
    },
    close() {
      isClosed = true;
      for (const { child } of [...idle, ...busy]) killWorker(child);
    },
  };
}

function startWorker(root: string): ChildProcess {
  return fork(join(import.meta.dirname, "worker/worker.ts"), [root], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    execArgv: ["--disable-warning=ExperimentalWarning", `--max-old-space-size=${HEAP_MB}`],
  });
}

/** A worker leads a process group, so that programs which its tests started end with it. */
function killWorker(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) process.kill(-pidOf(child), "SIGKILL");
}

function ask(child: ChildProcess, task: WorkerTask, limit: HangLimit): Promise<Outcome> {
  return new Promise((resolve) => {
    const hangs = hangWatch(child, limit);
    const end = (outcome: Outcome) => {
      clearInterval(timer);
      child.removeAllListeners();
      resolve(outcome);
    };
    const timer = setInterval(() => hangs() && end("timeout"), WATCH_MS);
    child.once("message", (answer: WorkerAnswer) => end(answer));
    child.once("exit", () => end("crash"));
    child.once("error", () => end("crash"));
    child.send(task);
  });
}

function hangWatch(child: ChildProcess, limit: HangLimit): () => boolean {
  const startedAtMs = performance.now();
  const cpuBeforeMs = cpuMsOf(child);
  return () =>
    performance.now() - startedAtMs > limit.tookMs || cpuMsOf(child) - cpuBeforeMs > limit.cpuMs;
}

/** Zero on a machine that does not tell it: there the clock alone decides. */
function cpuMsOf(child: ChildProcess): number {
  try {
    return statOf(pidOf(child)).cpuUs / 1_000;
  } catch {
    return 0;
  }
}
