import { Worker } from "node:worker_threads";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import type { DiskWatch } from "../disk/disk-report.ts";
import { makeFolder } from "../disk/make-folder.ts";
import { type DiskMessage, tellOfDisk } from "./disk-message.ts";
import type { DatabaseAnswer } from "./dynalite-store.ts";
import { holdAddon } from "./hold-addon.ts";
import { THREAD_LIMITS } from "./thread-limits.ts";

/** What is asked of the database's thread. */
export type DatabaseRequest =
  | {
      readonly kind: "run";
      readonly id: number;
      readonly target: string;
      readonly body: Uint8Array;
    }
  | { readonly kind: "fail" }
  | { readonly kind: "close" };

/** What the database's thread says. */
export type DatabaseMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "locked" }
  | { readonly kind: "failed"; readonly reason: string }
  /** The thread ends by an error. */
  | { readonly kind: "ending"; readonly reason: string }
  | DiskMessage
  | { readonly kind: "answered"; readonly id: number; readonly answer: DatabaseAnswer };

/** What a database's thread is started with. */
export interface DatabaseThreadSetup {
  readonly dir: string;
  /** Tells the user that the thread failed, and that it runs again. */
  readonly warn: (sentence: string) => void;
  /** Is told whether the disk keeps the data. */
  readonly disk: DiskWatch;
  /** The code of the thread; only a test names another. */
  readonly script?: URL;
}

/** Another process has the data open. */
export class LockedError extends Error {}

/** The disk can't be used; the message is the reason. */
export class DiskError extends Error {}

interface Waiting {
  readonly request: Extract<DatabaseRequest, { kind: "run" }>;
  readonly answer: (answer: DatabaseAnswer) => void;
  isPosted: boolean;
  /** A thread ended while it had the request. */
  isSuspect: boolean;
}

const SCRIPT = new URL("./database-worker.ts", import.meta.url);

const RESTART_PAUSE_MS: DurationMs = SECOND_MS;

/** Requests wait so long for a new thread: less than the 3 s after which the functions give up. */
const OUTAGE_PATIENCE_MS: DurationMs = 2 * SECOND_MS;

const LABEL = "The thread of the database";

/**
 * The thread that has the embedded database open, so that it never delays a probe's timers. If the
 * thread ends it is started again, and the requests that had no answer are made again, as a client
 * of AWS would after a lost connection: one at a time, so that a request that ends the thread again
 * fails alone. What was acknowledged is kept: LevelDB has written it to the operating system before.
 * The thread is never terminated: if it ends while its store is in use, the cleanup of LevelDB's addon
 * ends the whole process (SIGABRT or SIGSEGV).
 */
export class DatabaseThread {
  readonly #setup: DatabaseThreadSetup;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #outage: NodeJS.Timeout | null = null;
  #isOut = false;
  #lastId = 0;
  #closing = false;
  #restarting: Promise<void> = Promise.resolve();

  private constructor(setup: DatabaseThreadSetup) {
    this.#setup = setup;
  }

  /** Resolves when the database is open; throws LockedError if another process has it. */
  static async start(setup: DatabaseThreadSetup): Promise<DatabaseThread> {
    holdAddon();
    const thread = new DatabaseThread(setup);
    await thread.#open();
    return thread;
  }

  /** Answers a request. One whose client is gone is answered at once, and not made if no thread has it yet. */
  run(target: string, body: Uint8Array, over: AbortSignal): Promise<DatabaseAnswer> {
    if (this.#isOut || this.#closing) return Promise.resolve(UNAVAILABLE);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((answer) => {
      const request = { kind: "run", id, target, body } as const;
      this.#waiting.set(id, { request, answer, isPosted: false, isSuspect: false });
      over.addEventListener("abort", () => this.#settle(id, UNAVAILABLE));
      this.#post();
    });
  }

  /** Ends the thread by an error: it is started again. */
  reopen(): void {
    this.#worker?.postMessage({ kind: "fail" });
  }

  /** Ends the thread when its store is closed. A request that has no answer then is not made again. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#restarting;
    if (this.#outage !== null) clearTimeout(this.#outage);
    const worker = this.#worker;
    if (worker !== null) {
      const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      worker.postMessage({ kind: "close" });
      await ended;
    }
    this.#settleAll();
  }

  async #open(): Promise<void> {
    const { dir, script = SCRIPT, warn } = this.#setup;
    makeFolder(dir);
    const worker = new Worker(script, {
      name: "database",
      workerData: { dir },
      env: {},
      execArgv: [],
      resourceLimits: THREAD_LIMITS,
    });
    const first = await firstMessage(worker);
    // A thread that is not ready has nothing open.
    if (first.kind !== "ready") await worker.terminate();
    if (first.kind === "locked") throw new LockedError(`The data in ${dir} is in use`);
    if (first.kind === "failed") throw new DiskError(first.reason);
    worker.on("message", (message: DatabaseMessage) => this.#receive(message));
    worker.on("error", (error) => warn(`${LABEL} failed: ${String(error)}`));
    worker.once("exit", () => this.#afterExit());
    this.#worker = worker;
    this.#post();
  }

  /** Posts the first suspect alone or, if there is none, every request that is not posted yet. */
  #post(): void {
    const all = [...this.#waiting.values()];
    const suspect = all.find(({ isSuspect }) => isSuspect);
    for (const waiting of suspect === undefined ? all : [suspect]) {
      if (waiting.isPosted || this.#worker === null) continue;
      waiting.isPosted = true;
      this.#worker.postMessage(waiting.request);
    }
  }

  /** Takes a request off the list. */
  #forget(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #receive(message: DatabaseMessage): void {
    if (message.kind === "answered") this.#settle(message.id, message.answer);
    if (message.kind === "ending") this.#setup.warn(`${LABEL} failed: ${message.reason}`);
    if (message.kind === "unkept" || message.kind === "kept") tellOfDisk(message, this.#setup);
  }

  #settle(id: number, answer: DatabaseAnswer): void {
    this.#forget(id)?.answer(answer);
    this.#post();
  }

  #afterExit(): void {
    this.#worker = null;
    for (const [id, waiting] of this.#waiting) {
      if (!waiting.isPosted) continue;
      if (waiting.isSuspect) this.#settle(id, UNAVAILABLE);
      waiting.isSuspect = true;
      waiting.isPosted = false;
    }
    if (this.#closing) return;
    this.#outage = setTimeout(() => {
      this.#isOut = true;
      this.#settleAll();
    }, OUTAGE_PATIENCE_MS);
    this.#restarting = this.#restart(null);
  }

  #settleAll(): void {
    for (const id of this.#waiting.keys()) this.#settle(id, UNAVAILABLE);
  }

  /** Tries until it succeeds, and says so once; it names a reason when it is a new one. */
  async #restart(lastReason: string | null): Promise<void> {
    if (this.#closing) return;
    try {
      await this.#open();
    } catch (error) {
      const reason = String(error);
      if (reason !== lastReason) this.#setup.warn(`${LABEL} could not be started: ${reason}`);
      setTimeout(() => {
        this.#restarting = this.#restart(reason);
      }, RESTART_PAUSE_MS);
      return;
    }
    if (this.#outage !== null) clearTimeout(this.#outage);
    this.#isOut = false;
    this.#setup.warn(`${LABEL} was started again.`);
  }
}

/** AWS answers so when it fails itself; its clients try again. */
const UNAVAILABLE: DatabaseAnswer = {
  status: 500,
  body: JSON.stringify({
    __type: "InternalServerError",
    message: "The embedded database does not run at the moment",
  }),
};

function firstMessage(worker: Worker): Promise<DatabaseMessage> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: DatabaseMessage) => {
      worker.off("error", reject);
      resolve(message);
    });
  });
}
