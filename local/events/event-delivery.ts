import { setTimeout as sleep } from "node:timers/promises";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import type { DiskWatch } from "./disk-report.ts";
import { EventFile } from "./event-file.ts";
import type { EventRule, EventTarget } from "./event-rules.ts";
import type { EventEnvelope } from "./put-events.ts";
import { WebhookQueues } from "./webhook-queue.ts";

/** Waits between two attempts at a webhook. */
type Pause = (ms: DurationMs) => Promise<void>;

/** The side effects of delivery besides files and webhooks. */
export interface DeliveryServices {
  /** Shows an event to the user. */
  readonly show: (event: EventEnvelope) => void;
  /** Tells the user that a target could not be reached. */
  readonly warn: (sentence: string) => void;
  /** Is told whether files could be written. */
  readonly disk: DiskWatch;
}

const TIMEOUT_MS: DurationMs = 5 * SECOND_MS;
const PAUSES_MS: readonly DurationMs[] = [SECOND_MS, 4 * SECOND_MS];

const pauseFor: Pause = (ms: DurationMs) => sleep(ms);

/** Routes events by rules. A target gets an event once, however many rules send it there. */
export class EventDelivery {
  readonly #rules: readonly EventRule[];
  readonly #services: DeliveryServices;
  readonly #files = new Map<string, EventFile>();
  readonly #webhooks: WebhookQueues;
  readonly #underWay = new Set<Promise<void>>();

  constructor(rules: readonly EventRule[], services: DeliveryServices, pause: Pause = pauseFor) {
    this.#rules = rules;
    this.#services = services;
    this.#webhooks = new WebhookQueues({
      post: (url, event) => this.#postOrWarn(url, event, pause),
      warn: services.warn,
    });
  }

  /**
   * Sends an event to the targets of every rule that it matches. Resolves when it is in the files,
   * so that its sender may forget it, and does not wait for webhooks. It never throws: for a target
   * that can't be reached it calls `warn`. Every event, such as the heartbeat of each minute, is also
   * the occasion to write those that wait for the disk.
   */
  async deliver(event: EventEnvelope): Promise<void> {
    for (const file of this.#files.values()) void file.retry();
    const targets = targetsOf(this.#rules, event);
    const sent = targets.map((target) => ({ target, done: this.#track(target, event) }));
    const files = sent.filter(({ target }) => target.type === "file");
    await Promise.all(files.map(({ done }) => done));
  }

  /** Resolves when every event is delivered or given up. */
  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.retry()));
    await Promise.all([...this.#underWay, this.#webhooks.settled()]);
  }

  #track(target: EventTarget, event: EventEnvelope): Promise<void> {
    const done = this.#send(target, event)
      .catch((error: unknown) => this.#services.warn(failure(target, event, error)))
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return done;
  }

  async #send(target: EventTarget, event: EventEnvelope): Promise<void> {
    if (target.type === "terminal") return this.#services.show(event);
    if (target.type === "webhook") return this.#webhooks.add(target.url, event);
    const file = this.#files.get(target.path) ?? new EventFile(target.path, this.#services.disk);
    this.#files.set(target.path, file);
    await file.append(event);
  }

  async #postOrWarn(url: string, event: EventEnvelope, pause: Pause): Promise<void> {
    try {
      await postEvent(url, event, pause);
    } catch (error) {
      this.#services.warn(failure({ type: "webhook", url }, event, error));
    }
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

/** `fetch` throws "fetch failed" and has the reason as its cause. */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}

/** The address of a target for messages. A webhook's path and query are secrets, so they are left out. */
function placeOf(target: EventTarget): string {
  if (target.type === "webhook") return new URL(target.url).origin;
  return target.type === "file" ? target.path : "";
}

/** Posts an event to a webhook as JSON, three times at most; throws if no attempt succeeds. */
async function postEvent(url: string, event: EventEnvelope, pause: Pause): Promise<void> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await postOnce(url, event);
    } catch {
      await pause(pauseMs);
    }
  }
  await postOnce(url, event);
}

async function postOnce(url: string, event: EventEnvelope): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
    // Following most redirects turns the POST into a GET: the event would be lost and count as delivered.
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}
