import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { DurationMs } from "../../../shared/units.ts";
import { codeOf } from "../classify/classify.ts";
import type { HandshakeClock, StallWatch } from "../timing/timing.ts";
import type {
  Connect,
  Connection,
  ConnectListener,
  ConnectRequest,
  OpenConnection,
} from "./connection.ts";
import { type Dial, type DialListener, streamOf } from "./dial.ts";
import { type Handshake, PollStamps, timeHandshake } from "./time-handshake.ts";

/** What a connect is made with. */
export interface ConnectSetup {
  readonly dial: Dial;
  /** Is asked first how long a handshake took. */
  readonly clock: HandshakeClock;
  /** Is shown the time, by whatever admits the connects, while any is under way. */
  readonly stalls: StallWatch;
}

/** Makes a `Connect` with real sockets. */
export function createConnect(setup: ConnectSetup): Connect {
  const polls = new PollStamps(
    () => performance.now(),
    () => performance.nodeTiming.uvMetricsInfo.loopCount,
  );
  const bySignal = new WeakMap<AbortSignal, AttemptGroup>();
  const newGroup = (signal: AbortSignal): AttemptGroup => {
    const group = { ...setup, polls, underWay: endTogether(signal) };
    bySignal.set(signal, group);
    return group;
  };
  return (request, signal, listener) => {
    if (signal.aborted) return listener.connectEnded(null);
    const group = bySignal.get(signal) ?? newGroup(signal);
    new Attempt(group, request, listener).start();
  };
}

// One abort listener serves all attempts of a signal: with one each, every removal is a search.
function endTogether(signal: AbortSignal): Set<Attempt> {
  const attempts = new Set<Attempt>();
  const stop = () => {
    for (const attempt of attempts) attempt.end(null);
  };
  signal.addEventListener("abort", stop, { once: true });
  return attempts;
}

/** What all attempts of a signal share. */
interface AttemptGroup extends ConnectSetup {
  readonly polls: PollStamps;
  /** Each attempt removes itself. */
  readonly underWay: Set<Attempt>;
}

/** One socket, from its making until it is closed. */
class Attempt implements DialListener {
  readonly #group: AttemptGroup;
  readonly #request: ConnectRequest;
  readonly #listener: ConnectListener;
  #socket: Connection | undefined;
  #opened: Opened | undefined;
  #begunAtMs = 0;
  #dialledAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(group: AttemptGroup, request: ConnectRequest, listener: ConnectListener) {
    this.#group = group;
    this.#request = request;
    this.#listener = listener;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  start(): void {
    this.#group.underWay.add(this);
    try {
      this.#socket = this.#group.dial(this.#request, this);
    } catch (error) {
      // Node's binding is internal: whatever it throws fails this connect alone.
      this.failed(codeOf(error));
    }
    this.#dialledAtMs = performance.now();
  }

  begun(): void {
    this.#begunAtMs = performance.now();
    this.#arm(this.#request.timeoutMs);
  }

  opened(descriptor: number): void {
    if (this.#isOver || this.#opened !== undefined) return;
    const { polls, stalls, clock } = this.#group;
    const begunAtMs = this.#begunAtMs;
    // The SYN leaves at the end of the system call, and the socket is made before that. Public sockets
    // may make the call after the dial returned; then the stamp before the call is used.
    const sentAtMs = Math.max(begunAtMs, this.#dialledAtMs);
    const seenAtMs = polls.stamp(sentAtMs);
    stalls.see(seenAtMs);
    const stamps = { begunAtMs, sentAtMs, seenAtMs };
    const handshake = timeHandshake(stamps, clock.read(descriptor), stalls);
    this.#opened = new Opened(this, descriptor, handshake);
    this.#listener.connected(this.#opened);
  }

  failed(code: string): void {
    this.end(code);
  }

  /** Gives the socket to a stream, which closes it from now on. */
  openStream(): Socket {
    if (this.#isOver || this.#socket === undefined) throw new Error("The connection is closed");
    const stream = streamOf(this.#socket);
    this.#socket = { close: () => void stream.destroy() };
    return stream.on("error", (error) => this.failed(codeOf(error)));
  }

  /** Closes the socket, once, and tells nothing. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#group.underWay.delete(this);
    this.#opened?.closed();
  }

  /** Closes the socket and tells what ended it. */
  end(code: string | null): void {
    if (this.#isOver) return;
    this.close();
    this.#listener.connectEnded(code);
  }

  #arm(ms: DurationMs): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms));
  }

  // Node's timers may fire a millisecond early; a timeout never does. Timers also run before sockets
  // are polled: after a stall, an answer that came in time is still to be found.
  #expire(): void {
    const leftMs = this.#begunAtMs + this.#request.timeoutMs - performance.now();
    if (leftMs > 0) this.#arm(leftMs);
    else setImmediate(() => this.end("ETIMEDOUT"));
  }
}

/** An attempt whose handshake is complete. */
class Opened implements OpenConnection, Connection {
  readonly descriptor: number;
  readonly handshake: Handshake;
  readonly #attempt: Attempt;
  /** Both are made only when they are asked for: most checks are over before that. */
  #controller: AbortController | undefined;
  #stream: Socket | undefined;

  constructor(attempt: Attempt, descriptor: number, handshake: Handshake) {
    this.#attempt = attempt;
    this.descriptor = descriptor;
    this.handshake = handshake;
  }

  get isOpen(): boolean {
    return !this.#attempt.isOver;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (!this.isOpen) this.#controller.abort();
    return this.#controller.signal;
  }

  openStream(): Socket {
    this.#stream ??= this.#attempt.openStream();
    return this.#stream;
  }

  close(): void {
    this.#attempt.close();
  }

  /** The attempt says that its socket is closed. */
  closed(): void {
    this.#controller?.abort();
  }
}
