import { type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { OtlpTarget } from "./otlp-target.ts";

/** The side effects of a sender. */
export interface SenderServices {
  readonly now: () => EpochMs;
  readonly sleep: (ms: DurationMs) => Promise<void>;
  /** Tells the user; called when the collector begins to fail, and when it works again. */
  readonly tell: (sentence: string) => void;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

/** A collector that does not answer is left after this; all requests of a minute have the second one. */
const REQUEST_MS: DurationMs = 10 * SECOND_MS;
const MINUTE_PATIENCE_MS: DurationMs = 45 * SECOND_MS;

const FIRST_PAUSE_MS: DurationMs = SECOND_MS;

/** Source: OpenTelemetry protocol, "Retryable Response Codes". */
const RETRYABLE: readonly number[] = [429, 502, 503, 504];

/** Sends a minute's requests. What the collector does not take in time is dropped. */
export class OtlpSender {
  readonly #target: OtlpTarget;
  readonly #services: SenderServices;
  #isFailing = false;

  constructor(target: OtlpTarget, services: SenderServices) {
    this.#target = target;
    this.#services = services;
  }

  /** Never rejects, and takes no longer than a minute. */
  async send(bodies: Iterable<string>): Promise<void> {
    const untilMs = this.#services.now() + MINUTE_PATIENCE_MS;
    for (const body of bodies) {
      const fault = await this.#deliver(body, untilMs);
      if (fault === null) continue;
      this.#tellFault(fault);
      return;
    }
    if (this.#isFailing)
      this.#services.tell(`The OTLP collector ${this.#name} takes metrics again.`);
    this.#isFailing = false;
  }

  get #name(): string {
    return new URL(this.#target.url).origin;
  }

  #tellFault(fault: string): void {
    if (this.#isFailing || this.#services.signal.aborted) return;
    this.#isFailing = true;
    this.#services.tell(
      `The OTLP collector ${this.#name} did not take metrics: ${fault}. They are dropped until it does.`,
    );
  }

  /** Null if it was taken, else why not. */
  async #deliver(body: string, untilMs: EpochMs): Promise<string | null> {
    const { now, sleep, signal } = this.#services;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
      const { fault, retryAfterMs } = await this.#post(body, untilMs - now());
      if (fault === null || retryAfterMs === null) return fault;
      const waitMs = Math.max(pauseMs, retryAfterMs);
      if (signal.aborted || now() + waitMs >= untilMs) return fault;
      await sleep(waitMs);
    }
  }

  /** `retryAfterMs` is null if another attempt would be in vain. */
  async #post(body: string, leftMs: DurationMs): Promise<Attempt> {
    const { url, headers } = this.#target;
    const limit = AbortSignal.timeout(Math.max(1, Math.min(REQUEST_MS, leftMs)));
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
        // Another place would get the headers.
        redirect: "manual",
        signal: AbortSignal.any([limit, this.#services.signal]),
      });
      await response.body?.cancel();
      if (response.ok) return { fault: null, retryAfterMs: null };
      const isRetryable = RETRYABLE.includes(response.status);
      return {
        fault: `it answers ${response.status}`,
        retryAfterMs: isRetryable ? this.#waitAsked(response.headers.get("retry-after")) : null,
      };
    } catch (error) {
      return { fault: faultOf(error), retryAfterMs: 0 };
    }
  }

  /** Seconds, or a date. */
  #waitAsked(text: string | null): DurationMs {
    if (text === null) return 0;
    if (/^\d{1,6}$/.test(text)) return Number(text) * SECOND_MS;
    const atMs = Date.parse(text);
    return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - this.#services.now());
  }
}

interface Attempt {
  readonly fault: string | null;
  readonly retryAfterMs: DurationMs | null;
}

/** A code of the system, never a message, which may hold what is sent. */
function faultOf(error: unknown): string {
  if (error instanceof Error && error.name === "TimeoutError") return "it does not answer in time";
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return code === "" ? "it can't be reached" : `it can't be reached (${code})`;
}
