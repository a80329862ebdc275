import { Worker } from "node:worker_threads";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import type { PagePlace } from "../../web/server/place/page-place.ts";
import { NO_AWS_FILES } from "../aws/own-settings.ts";
import { THREAD_LIMITS } from "../aws/thread-limits.ts";

/** What the thread is started with. */
export interface PageThreadData {
  readonly fleet: Fleet;
  readonly place: PagePlace;
  readonly version: string;
  /** URL of the embedded database, and the key that it wants. */
  readonly database: string;
  readonly accessKey: string;
}

/** What the thread is told. `serve`: the fleet has started, so there is time to load the rest. */
export type PageOrder =
  | { readonly kind: "serve" | "poke" | "close" }
  | { readonly kind: "event"; readonly event: OutgoingEvent };

/** What the thread tells. */
export type PageMessage =
  | { readonly kind: "listening"; readonly url: string; readonly port: number }
  | { readonly kind: "note"; readonly sentence: string }
  | { readonly kind: "closed" };

/** What a page's thread is started with, and who is told of it. */
export interface PageThreadSetup extends PageThreadData {
  readonly warn: (sentence: string) => void;
  /** The file of the thread; only a test names another. */
  readonly file?: URL;
  /** How long a thread that died is not started again. */
  readonly restartPauseMs?: DurationMs;
}

const RESTART_PAUSE_MS: DurationMs = SECOND_MS;
const CLOSE_MS: DurationMs = SECOND_MS;

/** The thread of the page. If it dies it is started again, at the same port, and the fleet goes on. */
export class PageThread {
  readonly #setup: PageThreadSetup;
  #thread: Worker | null = null;
  #port: number;
  #isServing = false;
  #isClosing = false;

  private constructor(setup: PageThreadSetup) {
    this.#setup = setup;
    this.#port = setup.place.port;
  }

  /** Resolves when it listens, with its URL; rejects with the system's error if it can't. */
  static async start(setup: PageThreadSetup): Promise<{ thread: PageThread; url: string }> {
    const thread = new PageThread(setup);
    return { thread, url: await thread.#open() };
  }

  /** The fleet has started: what the page needs may be loaded. */
  serve(): void {
    this.#isServing = true;
    this.#tell({ kind: "serve" });
  }

  /** Something has happened in the fleet. */
  poke(): void {
    this.#tell({ kind: "poke" });
  }

  /** An event was raised. */
  takeEvent(event: OutgoingEvent): void {
    this.#tell({ kind: "event", event });
  }

  /** Ends all connections, and the thread. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const thread = this.#thread;
    if (thread === null) return;
    const closed = new Promise<void>((resolve) => {
      thread.on("message", ({ kind }: PageMessage) => kind === "closed" && resolve());
      setTimeout(resolve, CLOSE_MS).unref();
    });
    this.#tell({ kind: "close" });
    await closed;
    await thread.terminate();
  }

  #tell(order: PageOrder): void {
    this.#thread?.postMessage(order);
  }

  async #open(): Promise<string> {
    const { warn, file, restartPauseMs: _, ...data } = this.#setup;
    const place = { ...data.place, port: this.#port };
    const thread = new Worker(file ?? new URL("./page-worker.ts", import.meta.url), {
      name: "page",
      workerData: { ...data, place },
      env: { ...NO_AWS_FILES },
      execArgv: [],
      resourceLimits: THREAD_LIMITS,
    });
    const { url, port } = await becomesReady(thread);
    this.#port = port;
    thread.on("error", (error) => warn(`The page's thread failed: ${String(error)}`));
    thread.on("message", (message: PageMessage) => {
      if (message.kind === "note") warn(message.sentence);
    });
    thread.once("exit", () => {
      this.#thread = null;
      this.#restartLater();
    });
    this.#thread = thread;
    if (this.#isServing) this.serve();
    return url;
  }

  #restartLater(): void {
    const pauseMs = this.#setup.restartPauseMs ?? RESTART_PAUSE_MS;
    if (!this.#isClosing) setTimeout(() => void this.#restart(), pauseMs);
  }

  async #restart(): Promise<void> {
    if (this.#isClosing) return;
    const { warn } = this.#setup;
    try {
      warn(`The page is there again: ${await this.#open()}`);
    } catch (error) {
      warn(`The page could not be started: ${String(error)}`);
      this.#restartLater();
    }
  }
}

function becomesReady(thread: Worker): Promise<Extract<PageMessage, { kind: "listening" }>> {
  return new Promise((resolve, reject) => {
    thread.once("error", reject);
    thread.once("message", (message) => {
      thread.off("error", reject);
      resolve(message);
    });
  });
}
