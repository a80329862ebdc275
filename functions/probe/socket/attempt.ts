import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { codeOf } from "../classify/classify.ts";
import type { HandshakeClock, StallWatch } from "../timing/timing.ts";
import { wasOpen } from "./after-handshake.ts";
import type { Closing, ClosingSweep } from "./closing-sweep.ts";
import type { ConnectListener, ConnectRequest } from "./connection.ts";
import type { Dial, DialListener, DialledSocket } from "./dial.ts";
import { drainStream } from "./drain-stream.ts";
import { Opened } from "./opened.ts";
import { resetStream } from "./reset-stream.ts";
import { type Handshake, type PollStamps, timeHandshake } from "./time-handshake.ts";

/** What a connect is made with. */
export interface ConnectSetup {
  readonly dial: Dial;
  /** Is asked first how long a handshake took. */
  readonly clock: HandshakeClock;
  /** Is shown the time, by whatever admits the connects, while any is under way. */
  readonly stalls: StallWatch;
}

/** What all attempts of a signal share. */
export interface AttemptGroup extends ConnectSetup {
  readonly polls: PollStamps;
  /** Each attempt removes itself. */
  readonly underWay: Set<Attempt>;
  readonly closings: ClosingSweep;
}

/**
 * The peer's FIN comes a round trip after our own, and later by as long as a busy peer takes to see
 * ours. Most are seen at once; only a peer that does not close, as one that hangs, is waited for.
 */
const PEER_CLOSE_MS: DurationMs = SECOND_MS;

/** No connection is open for longer after its user has closed it. */
export const LONGEST_CLOSE_MS: DurationMs = 2 * PEER_CLOSE_MS;

/** One socket, from its making until it is closed. */
export class Attempt implements DialListener, Closing {
  readonly #group: AttemptGroup;
  readonly #request: ConnectRequest;
  readonly #listener: ConnectListener;
  #socket: DialledSocket | undefined;
  #opened: Opened | undefined;
  #begunAtMs = 0;
  #dialledAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Its user has closed it. */
  #isClosing = false;
  /** Its user has it as a stream, and bounds the time. */
  #isTakenOver = false;
  #wasReset = false;
  #isOver = false;

  constructor(group: AttemptGroup, request: ConnectRequest, listener: ConnectListener) {
    this.#group = group;
    this.#request = request;
    this.#listener = listener;
  }

  /** Whether its user may still use it. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#isClosing;
  }

  start(): void {
    this.#group.underWay.add(this);
    try {
      this.#socket = this.#group.dial(this.#request, this);
    } catch (error) {
      // Node's binding is internal: whatever it throws fails this connect alone.
      this.failed(codeOf(error), true);
    }
    this.#dialledAtMs = performance.now();
  }

  begun(): void {
    this.#begunAtMs = performance.now();
    this.#arm(this.#limitMs());
  }

  opened(descriptor: number, wasReset: boolean): void {
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
    this.#wasReset = wasReset;
    this.#opened = new Opened(this, descriptor, handshake);
    this.#listener.connected(this.#opened);
  }

  failed(code: string, isLocal: boolean): void {
    if (this.#isOver || (this.#isTakenOver && !this.#isClosing)) return;
    // What ends a connection that its user has closed already is no error of the check.
    if (this.#isClosing) return void this.drained(wasOpen(code));
    this.#close();
    this.#listener.connectEnded(code, isLocal);
  }

  /** The signal ends it. */
  stop(): void {
    if (this.#isOver) return;
    if (this.#isClosing) return void this.drained(false);
    this.#close();
    this.#listener.connectEnded(null, true);
  }

  leftMs(): DurationMs {
    return this.#begunAtMs + this.#request.timeoutMs - performance.now();
  }

  /** Gives the socket to a stream, which closes it from now on, and whose user bounds the time. */
  openStream(): Socket {
    if (!this.isOpen || this.#socket === undefined) throw new Error("The connection is closed");
    clearTimeout(this.#timer);
    this.#isTakenOver = true;
    const stream = this.#wasReset ? resetStream() : this.#takeStream(this.#socket);
    // Its user sees errors as ends; without a listener they would end the process.
    return stream.on("error", () => undefined);
  }

  #takeStream(socket: DialledSocket): Socket {
    const stream = socket.openStream();
    this.#socket = {
      drain: () => drainStream(stream, (wasReset) => this.drained(wasReset)),
      close: () => void stream.destroy(),
      openStream: () => stream,
    };
    return stream;
  }

  /** Its user ends it: once, and not if something else did. */
  finish(handshake: Handshake): void {
    if (!this.isOpen) return;
    this.#isClosing = true;
    this.#opened?.closed();
    clearTimeout(this.#timer);
    if (this.#wasReset || this.#socket === undefined) return void this.drained(this.#wasReset);
    const roundTripMs = Math.min(handshake.connectTimeMs, PEER_CLOSE_MS);
    this.#group.closings.add(this, PEER_CLOSE_MS + roundTripMs);
    this.#socket.drain();
  }

  waitedEnough(): void {
    this.drained(false);
  }

  drained(wasReset: boolean): void {
    if (this.#isOver) return;
    this.#close();
    this.#listener.closed(wasReset);
  }

  #close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#group.underWay.delete(this);
    if (this.#isClosing) this.#group.closings.delete(this);
    this.#opened?.closed();
  }

  #arm(ms: DurationMs): void {
    this.#timer = setTimeout(() => this.#expire(), Math.ceil(ms));
  }

  /** The handshake may have less time than the whole; a timer of it goes on for the rest. */
  #limitMs(): DurationMs {
    const { timeoutMs, connectTimeoutMs = timeoutMs } = this.#request;
    return this.#opened === undefined ? Math.min(connectTimeoutMs, timeoutMs) : timeoutMs;
  }

  // Node's timers may fire a millisecond early; a timeout never does. Timers also run before sockets
  // are polled: after a stall, an answer that came in time is still to be found.
  #expire(): void {
    if (!this.#goesOn()) setImmediate(() => this.#expired());
  }

  // Its user may have closed it meanwhile: then its wait for the peer goes on.
  #expired(): void {
    if (this.#isOver || this.#isClosing || this.#isTakenOver || this.#goesOn()) return;
    this.failed("ETIMEDOUT", false);
  }

  #goesOn(): boolean {
    const leftMs = this.#begunAtMs + this.#limitMs() - performance.now();
    if (leftMs > 0) this.#arm(leftMs);
    return leftMs > 0;
  }
}
