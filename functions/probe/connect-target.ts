import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { Timing } from "../../shared/probe-result.ts";
import { type DurationMs, toMicrosecondPrecision } from "../../shared/units.ts";
import { codeOf } from "./classify-error.ts";
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
export function createConnect(clock: HandshakeClock): Connect {
  return (request, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(null);
      new Attempt(request, clock, resolve).start(signal);
    });
}

/** One socket from its making until it is closed, which is when the promise settles. */
class Attempt {
  readonly #socket = new Socket();
  readonly #request: ConnectRequest;
  readonly #clock: HandshakeClock;
  readonly #resolve: (connection: Connection | null) => void;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #connection: Connection | null = null;
  #isOver = false;

  constructor(
    request: ConnectRequest,
    clock: HandshakeClock,
    resolve: (connection: Connection | null) => void,
  ) {
    this.#request = request;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  start(signal: AbortSignal): void {
    const socket = this.#socket;
    const stop = () => this.#end(null);
    signal.addEventListener("abort", stop);
    // Paused before it connects, the socket never starts to read: a seventh less CPU (measured).
    socket.pause();
    socket.once("connectionAttempt", () => this.#begin());
    socket.once("connect", () => this.#complete());
    // Stays for good: an error after the end finds a listener and is passed over.
    socket.on("error", (error) => this.#end({ kind: "failed", code: codeOf(error) }));
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      this.#resolve(this.#connection);
    });
    this.#connect();
  }

  #connect(): void {
    const { address: host, port } = this.#request;
    try {
      // `autoSelectFamily` would give up a healthy address slower than 250 ms.
      this.#socket.connect({ host, port, autoSelectFamily: false });
    } catch (error) {
      this.#end({ kind: "failed", code: codeOf(error) });
    }
  }

  // Node puts the system call off to the next tick; this is the moment right before it.
  #begin(): void {
    this.#startedAt = performance.now();
    this.#arm(this.#request.timeoutMs);
  }

  #arm(ms: DurationMs): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms));
  }

  // Node's timers may fire a millisecond early; a timeout never does.
  #expire(): void {
    const leftMs = this.#startedAt + this.#request.timeoutMs - performance.now();
    if (leftMs > 0) this.#arm(leftMs);
    else this.#end({ kind: "failed", code: "ETIMEDOUT" });
  }

  #complete(): void {
    const elapsedMs = toMicrosecondPrecision(stampCompletion(this.#startedAt) - this.#startedAt);
    const seen = this.#clock.read(this.#socket);
    const kernelMs = seen?.connectTimeMs ?? null;
    const handshake: Handshake = {
      connectTimeMs: kernelMs ?? elapsedMs,
      elapsedMs,
      timing: kernelMs === null ? "user" : "kernel",
      synRetransmits: seen?.synRetransmits ?? 0,
    };
    this.#end({ kind: "open", handshake });
  }

  // `destroy` sends a FIN: a reset would cost a server without an error listener its life.
  #end(connection: Connection | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection = connection;
    clearTimeout(this.#timer);
    this.#socket.destroy();
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
