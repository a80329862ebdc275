import type { Socket } from "node:net";
import type { HoldState, HoldStep } from "../../../../shared/result/result.ts";
import type { DialogueStep, HoldSettings } from "../../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS, toMicrosecondPrecision } from "../../../../shared/units.ts";
import type { Holding, ProbeFacts } from "../../probers/probers.ts";
import { runDialogue, sayGoodbye } from "../dialogue/dialogue.ts";
import { factsOf, type PhaseFailure, type Session } from "../session/session.ts";
import { Exchanged } from "./exchanged.ts";
import { farewellsOf, type HoldOutcome, keepaliveEndOf, peerEndOf } from "./peer-end.ts";

/** A connection to hold. */
export interface HoldSetup {
  readonly session: Session;
  /** The stream under the session's channel. */
  readonly stream: Pick<Socket, "bytesRead" | "bytesWritten" | "setKeepAlive">;
  readonly hold: HoldSettings;
}

/** What comes unasked is read off so often, so that a peer that talks without end costs little. */
const READ_EVERY_MS: DurationMs = 100;

/** The same for a peer that sends more than so much meanwhile. */
const FLOOD_BYTES = 32 * 1_024;
const READ_FLOOD_EVERY_MS: DurationMs = SECOND_MS;

/** The peer's last words are kept: its goodbye may be among them. */
const KEPT_BYTES = 1_024;

/** How long a goodbye may take, and how long if we end it before its time. */
const GOODBYE_MS: DurationMs = 5 * SECOND_MS;
const SHORT_GOODBYE_MS: DurationMs = SECOND_MS;

/** A goodbye is looked for in what has come so long; nothing more comes. */
const SEARCH_MS: DurationMs = 200;

/** An established connection, until it ends. */
export class HeldConnection implements Holding {
  readonly ended: Promise<ProbeFacts>;
  readonly #session: Session;
  readonly #hold: HoldSettings;
  readonly #exchanged: Exchanged;
  readonly #stopping = new AbortController();
  readonly #steps: HoldStep[] = [];
  readonly #beganMs: DurationMs;
  #keepaliveAtMs: DurationMs = Number.POSITIVE_INFINITY;
  #busyAtMs: DurationMs;

  constructor({ session, stream, hold }: HoldSetup) {
    this.#session = session;
    this.#hold = hold;
    this.#exchanged = new Exchanged(session, stream);
    this.#beganMs = session.clock.monotonic();
    this.#busyAtMs = this.#beganMs;
    this.#enter("active");
    const { keepalive } = hold;
    if (keepalive?.steps !== undefined) this.#keepaliveAtMs = this.#beganMs + keepalive.everyMs;
    else if (keepalive !== undefined) stream.setKeepAlive(true, keepalive.everyMs);
    this.ended = this.#run().catch(() => ({ outcome: "internal", errorCode: "HOLD" }));
  }

  sample(): ProbeFacts {
    return { outcome: "open", figures: this.#figures() };
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<ProbeFacts> {
    const seen = await this.#watch();
    const heldMs = this.#heldMs();
    const idleMs = Math.round(this.#session.clock.monotonic() - this.#busyAtMs);
    if (seen?.end === "violated") this.#enter("violated");
    this.#enter("terminating");
    const { end, failure } = seen ?? (await this.#sayGoodbye());
    this.#enter("terminated");
    const facts = factsOf(this.#session, failure && { ...failure, phase: "hold" }, NO_OWN);
    const { failedPhase, answer } = facts.detail ?? {};
    return {
      outcome: facts.outcome,
      ...(facts.errorCode !== undefined && { errorCode: facts.errorCode }),
      figures: { ...this.#figures(), heldMs },
      detail: {
        ...(failedPhase !== undefined && { failedPhase }),
        ...(answer !== undefined && { answer }),
        holdEnd: end,
        holdSteps: this.#steps,
        holdIdleMs: idleMs,
      },
    };
  }

  /** Resolves when it ends: to null at our end. */
  async #watch(): Promise<HoldOutcome | null> {
    const { channel, signal } = this.#session;
    const endMs = this.#beganMs + this.#hold.holdMs;
    for (;;) {
      const untilMs = Math.min(endMs, this.#keepaliveAtMs);
      const arrival = await channel.wait(untilMs, this.#stopping.signal);
      if (this.#stopping.signal.aborted || signal.aborted) return null;
      if (arrival === "fin" || arrival === "reset") return this.#peerEnd();
      // News never ends with a peer that sends without end.
      const nowMs = this.#session.clock.monotonic();
      if (nowMs >= endMs) return null;
      const ended = await (nowMs >= untilMs ? this.#keepAlive() : this.#readOff(untilMs - nowMs));
      if (ended !== null) return ended;
    }
  }

  async #readOff(leftMs: DurationMs): Promise<null> {
    const { channel, clock } = this.#session;
    this.#busyAtMs = clock.monotonic();
    const byteCount = channel.received.length - KEPT_BYTES;
    if (byteCount > 0) channel.take(byteCount);
    const pauseMs = byteCount > FLOOD_BYTES ? READ_FLOOD_EVERY_MS : READ_EVERY_MS;
    await clock.sleep(Math.min(leftMs, pauseMs), this.#stopping.signal);
    return null;
  }

  async #keepAlive(): Promise<HoldOutcome | null> {
    const { keepalive } = this.#hold;
    if (keepalive?.steps === undefined) return null;
    const { clock, limits } = this.#session;
    const endMs = limits.endOfRead(clock.monotonic() + keepalive.everyMs);
    const failure = await this.#say(keepalive.steps, endMs);
    if (failure !== null)
      return this.#session.channel.end === null ? keepaliveEndOf(failure) : this.#peerEnd();
    while (this.#keepaliveAtMs <= clock.monotonic()) this.#keepaliveAtMs += keepalive.everyMs;
    return null;
  }

  async #peerEnd(): Promise<HoldOutcome> {
    const farewells = farewellsOf(this.#hold.goodbye);
    // A goodbye that is heard is taken, and is to be told as well.
    const words = this.#session.channel.received;
    const isHeard = farewells.length === 0 ? null : await this.#heard(farewells);
    return peerEndOf(this.#session, words, isHeard);
  }

  /** Whether what the peer said last has a goodbye in it. */
  async #heard(farewells: readonly DialogueStep[]): Promise<boolean> {
    for (const step of farewells) {
      if (await this.#isHeard(step)) return true;
    }
    return false;
  }

  async #isHeard(farewell: DialogueStep): Promise<boolean> {
    const { clock, channel } = this.#session;
    if (farewell.kind === "expect_hex")
      return channel.received.includes(Buffer.from(farewell.hex, "hex"));
    const endMs = clock.monotonic() + SEARCH_MS;
    return (await runDialogue(this.#session, { steps: [farewell] }, endMs)) === null;
  }

  async #sayGoodbye(): Promise<HoldOutcome> {
    const { goodbye } = this.#hold;
    if (this.#session.signal.aborted) return OURS;
    if (goodbye === undefined) return await this.#endGreeting();
    const isEarly = this.#stopping.signal.aborted;
    const limitMs = isEarly ? SHORT_GOODBYE_MS : GOODBYE_MS;
    const failure = await this.#say(goodbye, this.#session.clock.monotonic() + limitMs);
    return failure === null || isEarly ? OURS : { ...OURS, failure };
  }

  /** Whoever says more than the greeting says its end, too. */
  async #endGreeting(): Promise<HoldOutcome> {
    const { dialogue } = this.#session.task;
    if ((dialogue?.steps.length ?? 0) === 0) await sayGoodbye(this.#session);
    return OURS;
  }

  #say(steps: readonly DialogueStep[], endMs: DurationMs): Promise<PhaseFailure | null> {
    const { channel, clock } = this.#session;
    // What came unasked is no answer.
    channel.take();
    this.#busyAtMs = clock.monotonic();
    return runDialogue(this.#session, { steps }, endMs);
  }

  #heldMs(): DurationMs {
    return toMicrosecondPrecision(this.#session.clock.monotonic() - this.#beganMs);
  }

  #figures() {
    return { heldMs: this.#heldMs(), ...this.#exchanged.take() };
  }

  #enter(state: HoldState): void {
    this.#steps.push({ state, atMs: this.#session.clock.now() });
  }
}

const OURS: HoldOutcome = { end: "ours", failure: null };

/** The figures of its establishment are told already. */
const NO_OWN = { dialogueTimeMs: null, sentBytes: 0, receivedBytes: 0 };
