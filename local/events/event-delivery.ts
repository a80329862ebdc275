import { setTimeout as sleep } from "node:timers/promises";
import type { DurationMs } from "../../shared/units.ts";
import type { EventEnvelope } from "../aws/put-events.ts";
import { EventFile } from "./event-file.ts";
import type { EventRule, EventTarget } from "./event-rules.ts";
import { type Pause, postEvent } from "./post-event.ts";

/** What delivery needs of the outside. */
export interface DeliveryOutside {
  /** Shows an event to the user. */
  readonly show: (event: EventEnvelope) => void;
  /** Says that a target could not be reached. */
  readonly warn: (sentence: string) => void;
}

const pauseFor: Pause = (ms: DurationMs) => sleep(ms);

/** Routes events by rules. A target gets an event once, however many rules send it there. */
export class EventDelivery {
  readonly #rules: readonly EventRule[];
  readonly #outside: DeliveryOutside;
  readonly #pause: Pause;
  readonly #files = new Map<string, EventFile>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(rules: readonly EventRule[], outside: DeliveryOutside, pause: Pause = pauseFor) {
    this.#rules = rules;
    this.#outside = outside;
    this.#pause = pause;
  }

  /**
   * Sends an event wherever a rule says. Resolves when it is in the files, so that whoever put it
   * may forget it; nobody waits for a webhook. It never throws: a target out of reach is warned of.
   */
  async deliver(event: EventEnvelope): Promise<void> {
    const targets = targetsOf(this.#rules, event);
    const sent = targets.map((target) => ({ target, done: this.#track(target, event) }));
    const files = sent.filter(({ target }) => target.type === "file");
    await Promise.all(files.map(({ done }) => done));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #track(target: EventTarget, event: EventEnvelope): Promise<void> {
    const done = this.#send(target, event)
      .catch((error: unknown) => this.#outside.warn(failure(target, event, error)))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return done;
  }

  async #send(target: EventTarget, event: EventEnvelope): Promise<void> {
    if (target.type === "terminal") return this.#outside.show(event);
    if (target.type === "webhook") return await postEvent(target.url, event, this.#pause);
    const file = this.#files.get(target.path) ?? new EventFile(target.path);
    this.#files.set(target.path, file);
    await file.append(event);
  }
}

function targetsOf(rules: readonly EventRule[], event: EventEnvelope): EventTarget[] {
  const targets = rules.filter((rule) => rule.matches(event)).flatMap((rule) => rule.targets);
  return [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
}

function failure(target: EventTarget, event: EventEnvelope, error: unknown): string {
  const { message } = rootOf(error);
  return `Event ${event.id} did not reach the ${target.type} ${placeOf(target)}: ${message}`;
}

/** `fetch` says "fetch failed" and keeps what it was as the cause. */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** Where a target is. A webhook's path and query are its password: they are not for the screen. */
function placeOf(target: EventTarget): string {
  if (target.type === "webhook") return new URL(target.url).origin;
  return target.type === "file" ? target.path : "";
}
