import { once } from "node:events";
import {
  type ClockReading,
  type ClockServer,
  readClock,
  type Sample,
} from "../../../shared/clock/clock.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";
import type { ResolveHost } from "../dns/dns.ts";
import type { Clock } from "../timing/timing.ts";
import { askServer, type Outcome } from "./ask-server.ts";

/** How often a server is asked. */
export interface AskPace {
  /** A poll has so many questions, this far apart. */
  readonly sampleCount: number;
  readonly sampleEveryMs: DurationMs;
  /** From the beginning of one poll to that of the next. */
  readonly pollEveryMs: DurationMs;
  readonly answerMs: DurationMs;
}

/** What a server that guards itself by ntpd's defaults answers: 2 s apart, and 8 s on average. */
const POLITE: AskPace = {
  sampleCount: 3,
  sampleEveryMs: 2.5 * SECOND_MS,
  pollEveryMs: MINUTE_MS / 2,
  answerMs: SECOND_MS,
};

/** Two clocks that disagree by more about how long something took: one was set, or the process was frozen. */
const JUMP_MS: DurationMs = SECOND_MS / 2;

/** How long a server is left alone that says that it wants fewer questions, or none. */
const KISS_PAUSE_MS: DurationMs = 15 * MINUTE_MS;

/** What a watch works with. */
export interface WatchSetup {
  readonly server: ClockServer;
  readonly clock: Clock;
  /** Only a test has another one. */
  readonly pace?: AskPace;
}

/** An instant by both clocks: the wall clock may be set, and the other one stands still while Lambda freezes the process. */
interface Moment {
  readonly wallMs: EpochMs;
  readonly monotonicMs: DurationMs;
}

interface Poll {
  readonly began: Moment;
  readonly samples: (Sample | null)[];
}

/** Watches the clock of this process. All its shards ask together, as often as one. */
export class ClockWatch {
  readonly #server: ClockServer;
  readonly #clock: Clock;
  readonly #pace: AskPace;
  #polls: Poll[] = [];
  #lastPoll: Moment | null = null;
  #kiss: { readonly code: string; readonly at: Moment } | null = null;

  constructor({ server, clock, pace = POLITE }: WatchSetup) {
    this.#server = server;
    this.#clock = clock;
    this.#pace = pace;
  }

  /** Why the server is not asked at present: the code of its last answer; null if it is. */
  get kiss(): string | null {
    if (this.#kiss === null || this.#ageOf(this.#kiss.at) >= KISS_PAUSE_MS) return null;
    return this.#kiss.code;
  }

  /** What the last minute's questions say; null if there were none. */
  reading(): ClockReading | null {
    this.#polls = this.#polls.filter(({ began }) => this.#isValid(began));
    const reading = readClock(this.#polls.map(({ samples }) => samples));
    return reading.askedCount === 0 ? null : reading;
  }

  /** Asks until the signal ends it. It never rejects, and nothing has to wait for it. */
  async follow(resolve: ResolveHost, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.kiss === null) {
      const waitMs = this.#lastPoll === null ? 0 : this.#untilNext(this.#lastPoll);
      if (waitMs > 0) await this.#clock.sleep(waitMs, signal);
      else await this.#poll(resolve, signal);
    }
  }

  #untilNext(last: Moment): DurationMs {
    return this.#isValid(last) ? this.#pace.pollEveryMs - this.#ageOf(last) : 0;
  }

  async #poll(resolve: ResolveHost, signal: AbortSignal): Promise<void> {
    const poll: Poll = { began: this.#now(), samples: [] };
    this.#lastPoll = poll.began;
    this.#polls.push(poll);
    const address = await this.#addressOf(resolve, signal);
    for (let i = 0; i < this.#pace.sampleCount && !signal.aborted; i++) {
      if (i > 0) await this.#clock.sleep(this.#pace.sampleEveryMs, signal);
      if (!(await this.#ask(address, poll, signal))) return;
    }
  }

  /** False if the server wants no further question, or the signal ended this one. */
  async #ask(address: string | null, poll: Poll, signal: AbortSignal): Promise<boolean> {
    const outcome = signal.aborted ? null : await this.#outcomeOf(address, signal);
    if (outcome === null) return false;
    poll.samples.push(outcome.kind === "sample" ? outcome.sample : null);
    if (outcome.kind !== "kiss") return true;
    this.#kiss = { code: outcome.code, at: this.#now() };
    return false;
  }

  async #outcomeOf(address: string | null, signal: AbortSignal): Promise<Outcome | null> {
    if (address === null) return { kind: "unanswered" };
    const { answerMs } = this.#pace;
    return askServer({ address, port: this.#server.port, clock: this.#clock, answerMs, signal });
  }

  /**
   * By the probe's own look-up, and null if it fails. The address is not vetted: the server is what the
   * operator of the fleet has set, and no task can name one.
   */
  async #addressOf(resolve: ResolveHost, signal: AbortSignal): Promise<string | null> {
    const ended = once(signal, "abort").then(() => null);
    const found = await Promise.race([resolve(this.#server.hostname, "any"), ended]);
    return found?.kind === "resolved" ? (found.addresses[0] ?? null) : null;
  }

  #now(): Moment {
    return { wallMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
  }

  /** Whether what was found then is of the last minute, and of the clock as it is. */
  #isValid(moment: Moment): boolean {
    const { wallMs, monotonicMs } = this.#since(moment);
    return this.#ageOf(moment) < MINUTE_MS && Math.abs(wallMs - monotonicMs) < JUMP_MS;
  }

  #ageOf(moment: Moment): DurationMs {
    const { wallMs, monotonicMs } = this.#since(moment);
    return Math.max(Math.abs(wallMs), monotonicMs);
  }

  #since({ wallMs, monotonicMs }: Moment): Moment {
    const now = this.#now();
    return { wallMs: now.wallMs - wallMs, monotonicMs: now.monotonicMs - monotonicMs };
  }
}
