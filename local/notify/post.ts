import { deriveId } from "../../shared/hash.ts";
import type { EpochMs } from "../../shared/units.ts";
import { digestOf } from "./message/digest.ts";
import { messageOf } from "./message/message.ts";
import type { NotifyTarget, Sending, Waiting } from "./message/service.ts";
import { Lane, type LaneLimits } from "./outbox/lane.ts";
import type { Outcome } from "./outcome.ts";

/** Of one target; an event is 2 KB to 256 KB. */
const LIMITS: LaneLimits = { underWay: 4, waiting: 1_000, digestAbove: 5 };

/** A target with what waits for it, and what people are told of how it answers. */
export class Post {
  readonly lane: Lane;
  target: NotifyTarget;
  readonly #warn: (sentence: string) => void;
  #droppedCount = 0;

  constructor(target: NotifyTarget, random: () => number, warn: (sentence: string) => void) {
    this.target = target;
    this.lane = new Lane(target.service.combines, LIMITS, random);
    this.#warn = warn;
  }

  /** Takes an event; returns the keys of what is dropped because too much waits. */
  take(one: Waiting, nowMs: EpochMs): readonly string[] {
    const dropped = this.lane.add(one, nowMs);
    if (dropped.length > 0 && this.#droppedCount === 0) {
      const why = `more than ${LIMITS.waiting} events wait for it`;
      this.#say(`: ${why}, and the oldest are dropped, first those that are over.`);
    }
    this.#droppedCount += dropped.length;
    return dropped.map(({ key }) => key);
  }

  /** What goes out for events, as one message; null if the service has no words for them. */
  build(batch: readonly Waiting[], machinePageUrl: string | null): Sending | null {
    const [first] = batch;
    if (first === undefined) return null;
    const pageUrl = this.target.pageUrl ?? machinePageUrl;
    const { key, event } = first;
    if (batch.length === 1) {
      return this.target.build({ id: key, message: messageOf(event, pageUrl), event });
    }
    const events = batch.map((one) => one.event);
    // The same events make the same digest.
    const id = deriveId("digest", ...batch.map((one) => one.key));
    return this.target.build({ id, message: digestOf(events, pageUrl), event });
  }

  /** Takes note of what became of a message. */
  settle(batch: readonly Waiting[], outcome: Outcome, nowMs: EpochMs): void {
    if (outcome.kind === "later") {
      const hasOpened = this.lane.fail(batch, nowMs, outcome.retryAfterMs);
      const why = `can't be reached: ${outcome.why}`;
      if (hasOpened) this.#say(` ${why}. ${this.#waiting()} until it answers.`);
      return;
    }
    const isBack = this.lane.succeed(batch, nowMs);
    if (outcome.kind === "refused") {
      const lost = batch.length === 1 ? "One event is" : `${batch.length} events are`;
      this.#say(` refuses a message: ${outcome.why}. ${lost} given up.`);
    }
    if (isBack) {
      this.#say(` answers again.${this.lane.waitingCount > 0 ? ` ${this.#waiting()}.` : ""}`);
    }
    if (this.#droppedCount === 0 || this.lane.waitingCount > 0) return;
    this.#say(` did not get ${this.#droppedCount} events.`);
    this.#droppedCount = 0;
  }

  /** Gives up what is too old or obsolete; returns its keys. */
  expire(nowMs: EpochMs): readonly string[] {
    const { old, obsolete } = this.lane.expire(nowMs);
    if (old.length > 0) {
      this.#say(`: ${old.length} events could not be delivered within a day and are given up.`);
    }
    if (obsolete.length > 0) {
      this.#say(`: ${obsolete.length} events that later ones make obsolete are not sent.`);
    }
    return [...old, ...obsolete].map(({ key }) => key);
  }

  #waiting(): string {
    const count = this.lane.waitingCount;
    return count === 1 ? "One event waits" : `${count} events wait`;
  }

  #say(sentence: string): void {
    this.#warn(`${this.target.service.title} ${JSON.stringify(this.target.name)}${sentence}`);
  }
}
