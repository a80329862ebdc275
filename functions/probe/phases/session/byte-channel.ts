import type { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DurationMs } from "../../../../shared/units.ts";
import { codeOf } from "../../classify/classify.ts";
import type { Listen } from "../../probers/probers.ts";
import type { Clock } from "../../timing/timing.ts";

/** Of what the peer sends no more is kept at a time: it reads on when some of it is taken. */
const MOST_RECEIVED_BYTES = 64 * 1_024;

/** What a wait for bytes ended with. `full`: as much as is kept has come, and nothing was taken. */
export type Arrival = "data" | "fin" | "reset" | "late" | "full";

const NOTHING = Buffer.alloc(0);

/**
 * A stream whose bytes are waited for and taken, instead of being pushed. What comes too fast waits in
 * the network, so that memory is bounded whatever the peer sends.
 */
export class ByteChannel {
  readonly #clock: Clock;
  readonly #listen: Listen | undefined;
  #stream: Duplex;
  #received: Buffer = NOTHING;
  #end: "fin" | "reset" | null = null;
  #endCode: string | null = null;
  #hasNews = false;
  #isOverTls = false;
  #wake: () => void = () => undefined;
  #sentMessages = 0;

  constructor(stream: Duplex, clock: Clock, listen?: Listen) {
    this.#clock = clock;
    this.#listen = listen;
    this.#stream = stream;
    this.#attach();
  }

  /** What has come and was not taken. */
  get received(): Buffer {
    return this.#received;
  }

  /** How the peer has ended its side; null while it has not. */
  get end(): "fin" | "reset" | null {
    return this.#end;
  }

  /** The code of the error that ended it, e.g. `ECONNRESET`; null without one. */
  get endCode(): string | null {
    return this.#endCode;
  }

  /** How often something was sent. */
  get sentMessages(): number {
    return this.#sentMessages;
  }

  /** Removes the first bytes of what has come. */
  take(byteCount = this.#received.length): Buffer {
    const taken = this.#received.subarray(0, byteCount);
    this.#received = this.#received.subarray(byteCount);
    return taken;
  }

  /** Puts bytes that were taken before what has come, as if nobody had looked at them. */
  putBack(bytes: Uint8Array): void {
    this.#received = Buffer.concat([bytes, this.#received]);
  }

  /** Sends bytes; what can't be sent is seen by the next wait. */
  send(bytes: Uint8Array): void {
    this.#sentMessages++;
    this.#listen?.("sent", bytes);
    if (this.#stream.writable) this.#stream.write(bytes);
  }

  /**
   * Waits until more has come than at the end of the last wait, or there is no more to wait for. With
   * the signal it is `late` before its time.
   */
  async wait(untilMs: DurationMs, signal?: AbortSignal): Promise<Arrival> {
    for (;;) {
      if (this.#hasNews) return await this.#takeNews();
      if (this.#end !== null) return this.#end;
      if (this.#received.length >= MOST_RECEIVED_BYTES) return "full";
      const leftMs = untilMs - this.#clock.monotonic();
      if (signal?.aborted) return "late";
      this.#stream.resume();
      if (leftMs > 0) await this.#sleep(leftMs, signal);
      else if (!(await this.#polled())) return "late";
    }
  }

  async #takeNews(): Promise<Arrival> {
    // What is written while TLS still reads a record or a ticket can stay in its buffer.
    if (this.#isOverTls) await nextTurn();
    this.#hasNews = false;
    return "data";
  }

  /** Gives the stream to whoever goes on with it in another way; `adopt` gives the next one back. */
  release(): Duplex {
    this.#stream.pause();
    this.#stream.removeListener("data", this.#onData);
    this.#stream.removeListener("end", this.#onEnd);
    return this.#stream;
  }

  /** Goes on with a stream over the one that was released. */
  adopt(stream: Duplex): void {
    this.#stream = stream;
    this.#isOverTls = true;
    this.#attach();
  }

  #attach(): void {
    const stream = this.#stream;
    stream.pause();
    stream.on("data", this.#onData);
    stream.once("end", this.#onEnd);
    stream.once("error", (error) => this.#finish("reset", codeOf(error)));
    stream.once("close", () => this.#finish("fin", null));
  }

  readonly #onData = (bytes: Buffer): void => {
    this.#listen?.("received", bytes);
    this.#received = Buffer.concat([this.#received, bytes]);
    this.#hasNews = true;
    if (this.#received.length >= MOST_RECEIVED_BYTES) this.#stream.pause();
    this.#wake();
  };

  readonly #onEnd = (): void => this.#finish("fin", null);

  #finish(end: "fin" | "reset", code: string | null): void {
    this.#end ??= end;
    this.#endCode ??= code;
    this.#wake();
  }

  /** Timers run before sockets are polled: after a stall, what came in time is still to be found. */
  async #polled(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#hasNews || this.#end !== null;
  }

  /** Ends early when something comes. */
  async #sleep(ms: DurationMs, signal?: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#wake = wake;
    signal?.addEventListener("abort", wake);
    await this.#clock.sleep(ms, woken.signal);
    signal?.removeEventListener("abort", wake);
  }
}
