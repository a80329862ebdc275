import { performance } from "node:perf_hooks";
import type { Timing } from "../../shared/probe-result.ts";
import { type DurationMs, toMicrosecondPrecision } from "../../shared/units.ts";
import type { Dial, DialListener, HangUp } from "./dial.ts";
import { leanestDial } from "./dial-handle.ts";
import type { HandshakeClock } from "./handshake-clock.ts";

export interface ConnectRequest {
  /** A vetted literal: no look-up is made here. */
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: DurationMs;
}

export interface Handshake {
  readonly connectTimeMs: DurationMs;
  readonly elapsedMs: DurationMs;
  readonly timing: Timing;
  readonly synRetransmits: number;
}

/** A completed handshake, or the code of what came instead; the timer's own code is `ETIMEDOUT`. */
export type Connection =
  | { readonly kind: "open"; readonly handshake: Handshake }
  | { readonly kind: "failed"; readonly code: string };

/** Connects and closes at once; null when the signal put an end to it. It never throws. */
export type Connect = (request: ConnectRequest, signal: AbortSignal) => Promise<Connection | null>;

/** Connects with real sockets; `clock` has the first word on how long a handshake took. */
export function createConnect(clock: HandshakeClock, dial: Dial = leanestDial()): Connect {
  const underWay = new WeakMap<AbortSignal, Set<Attempt>>();
  return (request, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(null);
      const attempts = underWay.get(signal) ?? endTogether(signal);
      underWay.set(signal, attempts);
      const attempt = new Attempt({ request, clock, attempts, resolve });
      attempts.add(attempt);
      attempt.start(dial);
    });
}

// One listener serves all attempts under a signal: one each would make every removal a search.
function endTogether(signal: AbortSignal): Set<Attempt> {
  const attempts = new Set<Attempt>();
  const stop = () => {
    for (const attempt of attempts) attempt.stop();
  };
  signal.addEventListener("abort", stop, { once: true });
  return attempts;
}

interface AttemptSetup {
  readonly request: ConnectRequest;
  readonly clock: HandshakeClock;
  /** Those under way; it strikes itself off. */
  readonly attempts: Set<Attempt>;
  readonly resolve: (connection: Connection | null) => void;
}

/** One socket from its making until it is closed, which is when the promise settles. */
class Attempt implements DialListener {
  readonly #setup: AttemptSetup;
  #hangUp: HangUp | undefined;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(setup: AttemptSetup) {
    this.#setup = setup;
  }

  start(dial: Dial): void {
    this.#hangUp = dial(this.#setup.request, this);
  }

  stop(): void {
    this.#end(null);
  }

  begun(): void {
    this.#startedAt = performance.now();
    this.#arm(this.#setup.request.timeoutMs);
  }

  opened(descriptor: number): void {
    if (this.#isOver) return;
    const elapsedMs = toMicrosecondPrecision(stampCompletion(this.#startedAt) - this.#startedAt);
    const seen = this.#setup.clock.read(descriptor);
    const kernelMs = seen?.connectTimeMs ?? null;
    const handshake: Handshake = {
      connectTimeMs: kernelMs ?? elapsedMs,
      elapsedMs,
      timing: kernelMs === null ? "user" : "kernel",
      synRetransmits: seen?.synRetransmits ?? 0,
    };
    this.#end({ kind: "open", handshake });
  }

  failed(code: string): void {
    this.#end({ kind: "failed", code });
  }

  #arm(ms: DurationMs): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms));
  }

  // Node's timers may fire a millisecond early; a timeout never does.
  #expire(): void {
    const leftMs = this.#startedAt + this.#setup.request.timeoutMs - performance.now();
    if (leftMs > 0) this.#arm(leftMs);
    else this.#end({ kind: "failed", code: "ETIMEDOUT" });
  }

  #end(connection: Connection | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#hangUp?.();
    this.#setup.attempts.delete(this);
    this.#setup.resolve(connection);
  }
}

let batchStamp: number | null = null;

/**
 * When the handshakes of this poll were found complete. Their callbacks queue behind each other,
 * some 50 µs each, so the first one's stamp is the truest for all.
 */
function stampCompletion(startedAt: number): number {
  if (batchStamp !== null && batchStamp >= startedAt) return batchStamp;
  if (batchStamp === null) setImmediate(clearBatchStamp);
  batchStamp = performance.now();
  return batchStamp;
}

function clearBatchStamp(): void {
  batchStamp = null;
}
