import type { Socket } from "node:dgram";
import {
  type Answer,
  parseAnswer,
  printQuestion,
  type Sample,
  sampleOf,
} from "../../../shared/clock/clock.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";
import type { Clock } from "../timing/timing.ts";

/** What came of a question: a sample, a server that wants to be left alone, or nothing of use. */
export type Outcome =
  | { readonly kind: "sample"; readonly sample: Sample }
  | { readonly kind: "kiss"; readonly code: string }
  | { readonly kind: "unanswered" };

/** One question to one server. */
export interface QuestionSetup {
  /** A literal, and its port. */
  readonly address: string;
  readonly port: number;
  readonly clock: Clock;
  /** How long an answer is waited for; a later one is ignored. */
  readonly answerMs: DurationMs;
  /** Not aborted yet. */
  readonly signal: AbortSignal;
}

const NONCE_BYTES = 8;

/** Asks a time server once; null if the signal ended that. It never rejects. */
export function askServer(setup: QuestionSetup): Promise<Outcome | null> {
  return new Promise((resolve) => new Question(setup, resolve).ask());
}

class Question {
  readonly #setup: QuestionSetup;
  readonly #tell: (outcome: Outcome | null) => void;
  /** Random, so that nobody who does not see the question can answer it. */
  readonly #nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  readonly #over = new AbortController();
  #socket: Socket | null = null;
  #askedAtMs: EpochMs = 0;
  /** Monotonic: a clock that is set meanwhile must not look like a long way. */
  #sentAtMs: DurationMs = 0;

  constructor(setup: QuestionSetup, tell: (outcome: Outcome | null) => void) {
    this.#setup = setup;
    this.#tell = tell;
  }

  /** Each question has a socket, and so a port, of its own (RFC 9109). */
  ask(): void {
    const { address, port, signal, clock, answerMs } = this.#setup;
    signal.addEventListener("abort", this.#giveUp);
    void clock.sleep(answerMs, this.#over.signal).then(this.#fail);
    // Not imported, so that a probe that asks no server does not load it.
    const { createSocket } = process.getBuiltinModule("node:dgram");
    this.#socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    this.#socket.on("error", this.#fail);
    this.#socket.on("message", this.#read);
    this.#socket.once("connect", this.#send);
    // A connected socket takes packets of this server only; the kernel drops all others.
    this.#socket.connect(port, address);
  }

  readonly #send = (): void => {
    const { clock } = this.#setup;
    if (this.#over.signal.aborted) return;
    const question = printQuestion(this.#nonce);
    this.#askedAtMs = clock.now();
    this.#sentAtMs = clock.monotonic();
    this.#socket?.send(question, (error) => {
      if (error) this.#fail();
    });
  };

  readonly #read = (bytes: Uint8Array): void => {
    const waitedMs = this.#setup.clock.monotonic() - this.#sentAtMs;
    const answer = parseAnswer(bytes, this.#nonce, this.#askedAtMs);
    if (answer.kind !== "foreign") this.#end(this.#outcomeOf(answer, waitedMs));
  };

  #outcomeOf(answer: Exclude<Answer, { kind: "foreign" }>, waitedMs: DurationMs): Outcome {
    if (answer.kind === "kiss") return answer;
    if (answer.kind === "unsynchronised") return { kind: "unanswered" };
    const askedAtMs = this.#askedAtMs;
    const sample = sampleOf({ askedAtMs, ...answer, receivedAtMs: askedAtMs + waitedMs });
    return sample === null ? { kind: "unanswered" } : { kind: "sample", sample };
  }

  readonly #fail = (): void => this.#end({ kind: "unanswered" });

  readonly #giveUp = (): void => this.#end(null);

  #end(outcome: Outcome | null): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#setup.signal.removeEventListener("abort", this.#giveUp);
    this.#socket?.close();
    this.#tell(outcome);
  }
}
