import { performance } from "node:perf_hooks";
import type { Timing } from "../../../shared/result/result.ts";
import { type DurationMs, toMicrosecondPrecision } from "../../../shared/units.ts";
import type { HandshakeClock, StallWatch } from "../timing/timing.ts";
import { codeOf } from "./classify-error.ts";
import type { Dial, DialListener, Line } from "./dial.ts";
import { leanestDial } from "./dial-handle.ts";

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
  /** This process stood still when it ended, so the figure may be too long. */
  readonly suspect: boolean;
}

/** A completed handshake, or the code of what came instead; the timer's own code is `ETIMEDOUT`. */
export type Connection =
  | { readonly kind: "open"; readonly handshake: Handshake }
  | { readonly kind: "failed"; readonly code: string };

/** Told once how a connect ended, after its socket was closed: null when the signal put an end to it. */
export interface ConnectListener {
  connectEnded(connection: Connection | null): void;
}

/** Connects and closes at once. It never throws, and may tell its listener before it returns. */
export type Connect = (
  request: ConnectRequest,
  signal: AbortSignal,
  listener: ConnectListener,
) => void;

/** The same for one who has a single connect to make. */
export function connectOnce(
  connect: Connect,
  request: ConnectRequest,
  signal: AbortSignal,
): Promise<Connection | null> {
  return new Promise((resolve) => connect(request, signal, { connectEnded: resolve }));
}

/** What a connect stands on. */
export interface ConnectSetup {
  /** Has the first word on how long a handshake took. */
  readonly clock: HandshakeClock;
  /** Whoever limits the connects shows it the time while any is under way. */
  readonly stalls: StallWatch;
  readonly dial?: Dial;
}

/** Connects with real sockets. */
export function createConnect({ dial = leanestDial, ...clocks }: ConnectSetup): Connect {
  const bySignal = new WeakMap<AbortSignal, AttemptGround>();
  const groundUnder = (signal: AbortSignal): AttemptGround => {
    const ground = { ...clocks, dial, underWay: endTogether(signal) };
    bySignal.set(signal, ground);
    return ground;
  };
  return (request, signal, listener) => {
    if (signal.aborted) return listener.connectEnded(null);
    const ground = bySignal.get(signal) ?? groundUnder(signal);
    new Attempt(ground, request, listener).start();
  };
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

/** What all attempts under a signal share. */
interface AttemptGround extends Required<ConnectSetup> {
  /** Each strikes itself off. */
  readonly underWay: Set<Attempt>;
}

/** One socket from its making until it is closed, which is when its listener is told. */
class Attempt implements DialListener {
  readonly #ground: AttemptGround;
  readonly #request: ConnectRequest;
  readonly #listener: ConnectListener;
  #line: Line | undefined;
  #startedAt = 0;
  #dialledAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(ground: AttemptGround, request: ConnectRequest, listener: ConnectListener) {
    this.#ground = ground;
    this.#request = request;
    this.#listener = listener;
  }

  start(): void {
    this.#ground.underWay.add(this);
    try {
      this.#line = this.#ground.dial(this.#request, this);
    } catch (error) {
      // Node's binding is not made for us: whatever it has against a call is this check's alone.
      this.failed(codeOf(error));
    }
    this.#dialledAt = performance.now();
  }

  stop(): void {
    this.#end(null);
  }

  begun(): void {
    this.#startedAt = performance.now();
    this.#arm(this.#request.timeoutMs);
  }

  opened(descriptor: number): void {
    if (this.#isOver) return;
    const sentAt = this.#sentAt();
    const seenAt = stampCompletion(sentAt);
    this.#ground.stalls.see(seenAt);
    const elapsedMs = toMicrosecondPrecision(seenAt - sentAt);
    const seen = this.#ground.clock.read(descriptor);
    const kernelMs = seen?.connectTimeMs ?? null;
    const connectTimeMs = kernelMs ?? elapsedMs;
    const timing = kernelMs === null ? "user" : "kernel";
    const synRetransmits = seen?.synRetransmits ?? 0;
    const suspect = this.#isSuspect(connectTimeMs, timing);
    const handshake = { connectTimeMs, elapsedMs, timing, synRetransmits, suspect } as const;
    this.#end({ kind: "open", handshake });
  }

  // The SYN leaves at the end of the system call; making the socket comes first. Public sockets may
  // make that call later, and then the stamp before it is all there is.
  #sentAt(): number {
    return Math.max(this.#startedAt, this.#dialledAt);
  }

  #isSuspect(connectTimeMs: DurationMs, timing: Timing): boolean {
    const isUser = timing === "user";
    // Kept from running between the stamps: the SYN left at any time between them.
    if (isUser && this.#dialledAt - this.#startedAt > LONGEST_DIAL_MS) return true;
    const toMs = (isUser ? this.#sentAt() : this.#startedAt) + connectTimeMs;
    return this.#ground.stalls.spoils({ fromMs: this.#startedAt, toMs });
  }

  failed(code: string): void {
    this.#end({ kind: "failed", code });
  }

  #arm(ms: DurationMs): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms));
  }

  // Node's timers may fire a millisecond early; a timeout never does. And they come before the
  // sockets: after a stall, an answer that was there in time is still to be found.
  #expire(): void {
    const leftMs = this.#startedAt + this.#request.timeoutMs - performance.now();
    if (leftMs > 0) this.#arm(leftMs);
    else setImmediate(() => this.failed("ETIMEDOUT"));
  }

  #end(connection: Connection | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#line?.close();
    this.#ground.underWay.delete(this);
    this.#listener.connectEnded(connection);
  }
}

/** A system call that does not wait takes some 20 µs. */
const LONGEST_DIAL_MS: DurationMs = 1;

let batchStamp = 0;
let batchLoop = -1;

/**
 * When the handshakes of this poll were found complete. Their callbacks queue behind each other,
 * some 10 µs each, so the first one's stamp is the truest for all.
 */
function stampCompletion(sentAt: number): number {
  const { loopCount } = performance.nodeTiming.uvMetricsInfo;
  if (loopCount === batchLoop && batchStamp >= sentAt) return batchStamp;
  batchLoop = loopCount;
  batchStamp = performance.now();
  return batchStamp;
}
