import { Worker } from "node:worker_threads";
import type { Fleet } from "../../shared/plan/plan.ts";
import { type DurationMs, MINUTE_MS } from "../../shared/units.ts";
import { NO_AWS_FILES } from "../aws/own-settings.ts";
import { THREAD_LIMITS } from "../aws/thread-limits.ts";
import type { OtlpTarget } from "./otlp-target.ts";

/** What the thread is started with. */
export interface OtlpThreadData {
  readonly fleet: Fleet;
  /** URL of the embedded database, and the key that it wants. */
  readonly database: string;
  readonly accessKey: string;
  readonly target: OtlpTarget;
}

const RESTART_PAUSE_MS: DurationMs = MINUTE_MS;

/** The thread that sends OpenTelemetry metrics. The fleet does not wait for it, and goes on without it. */
export class OtlpThread {
  readonly #data: OtlpThreadData;
  readonly #tell: (sentence: string) => void;
  #thread: Worker | null = null;
  #restart: NodeJS.Timeout | null = null;
  #isClosing = false;

  constructor(data: OtlpThreadData, tell: (sentence: string) => void) {
    this.#data = data;
    this.#tell = tell;
    this.#open();
  }

  /** Ends it at once: what is under way is dropped. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    await this.#thread?.terminate();
  }

  #open(): void {
    const thread = new Worker(new URL("./otlp-worker.ts", import.meta.url), {
      name: "otlp",
      workerData: this.#data,
      env: { ...NO_AWS_FILES },
      execArgv: [],
      resourceLimits: THREAD_LIMITS,
    });
    thread.on("message", this.#tell);
    thread.on("error", (error) => this.#tell(`The thread of OTLP failed: ${String(error)}`));
    thread.once("exit", () => {
      this.#thread = null;
      if (!this.#isClosing)
        this.#restart = setTimeout(() => this.#open(), RESTART_PAUSE_MS).unref();
    });
    this.#thread = thread;
  }
}
