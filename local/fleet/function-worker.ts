import { Worker } from "node:worker_threads";
import type { FunctionName } from "../../shared/contract.ts";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { THREAD_LIMITS } from "../aws/thread-limits.ts";

/** What `FunctionWorker` asks of its thread. */
export type HostRequest =
  | {
      readonly kind: "invoke";
      readonly id: number;
      readonly name: FunctionName;
      readonly event: unknown;
    }
  | { readonly kind: "stop" };

/** What the thread tells its `FunctionWorker`. */
export type HostMessage =
  | { readonly kind: "ready" }
  | {
      readonly kind: "ended";
      readonly id: number;
      readonly error: string | null;
      /** What the handler returned. */
      readonly answer?: unknown;
    }
  | { readonly kind: "announced"; readonly channel: string; readonly messages: readonly unknown[] };

/** What a thread runs, and what is called with its output. */
export interface FunctionWorkerSetup {
  /** The name of the thread in messages. */
  readonly label: string;
  readonly names: readonly FunctionName[];
  /** Folder of the functions; only a test names another. */
  readonly root?: URL;
  readonly env: Readonly<Record<string, string>>;
  /** The channels of the functions that are handed over, by name. */
  readonly channels: readonly string[];
  readonly onAnnounced: (channel: string, messages: readonly unknown[]) => void;
  readonly onOutput: (text: string) => void;
  readonly warn: (sentence: string) => void;
}

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const FUNCTIONS = new URL("../../functions/", import.meta.url);

const RESTART_PAUSE_MS: DurationMs = SECOND_MS;

/** The thread of an invocation ended before it did. */
export class ThreadEndedError extends Error {}

/** A thread that runs handlers like Lambda. If the thread dies, it is started again. */
export class FunctionWorker {
  readonly #setup: FunctionWorkerSetup;
  readonly #pending = new Map<number, Pending>();
  #thread: Worker | null = null;
  #lastId = 0;
  #closing = false;

  private constructor(setup: FunctionWorkerSetup) {
    this.#setup = setup;
  }

  /** Resolves when the handlers are loaded. */
  static async start(setup: FunctionWorkerSetup): Promise<FunctionWorker> {
    const started = new FunctionWorker(setup);
    await started.#openThread();
    return started;
  }

  /** Resolves to what the handler returns; rejects with its error, or when its thread dies. */
  invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const thread = this.#thread;
    if (thread === null) return Promise.reject(new Error("its thread is not running"));
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      thread.postMessage({ kind: "invoke", id, name, event });
    });
  }

  /** Asks running probes to end early. */
  askToStop(): void {
    this.#thread?.postMessage({ kind: "stop" });
  }

  /** Ends the thread at once, also if an invocation is running. */
  async close(): Promise<void> {
    this.#closing = true;
    await this.#thread?.terminate();
  }

  async #openThread(): Promise<void> {
    const { names, channels, root = FUNCTIONS, env, onOutput, warn, label } = this.#setup;
    const thread = new Worker(new URL("./function-host.ts", import.meta.url), {
      name: names.join("+"),
      workerData: { names, channels, root: root.href },
      env: { ...env },
      execArgv: [],
      resourceLimits: THREAD_LIMITS,
      stdout: true,
      stderr: true,
    });
    for (const stream of [thread.stdout, thread.stderr]) {
      stream.setEncoding("utf8").on("data", onOutput);
    }
    await becomesReady(thread);
    thread.on("message", (message: HostMessage) => this.#receive(message));
    thread.on("error", (error) => warn(`${label} failed: ${String(error)}`));
    thread.once("exit", () => this.#afterExit());
    this.#thread = thread;
  }

  #receive(message: HostMessage): void {
    if (message.kind === "announced") this.#setup.onAnnounced(message.channel, message.messages);
    if (message.kind !== "ended") return;
    const waiting = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.error === null) waiting?.resolve(message.answer);
    else waiting?.reject(new Error(message.error));
  }

  #afterExit(): void {
    this.#thread = null;
    for (const waiting of this.#pending.values())
      waiting.reject(new ThreadEndedError("its thread ended"));
    this.#pending.clear();
    this.#restartLater();
  }

  #restartLater(): void {
    if (!this.#closing) setTimeout(() => void this.#restart(), RESTART_PAUSE_MS);
  }

  async #restart(): Promise<void> {
    const { label, warn } = this.#setup;
    if (this.#closing) return;
    try {
      await this.#openThread();
      warn(`${label} was started again.`);
    } catch (error) {
      warn(`${label} could not be started: ${String(error)}`);
      this.#restartLater();
    }
  }
}

function becomesReady(thread: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", () => {
      thread.off("error", reject);
      resolve();
    });
  });
}
