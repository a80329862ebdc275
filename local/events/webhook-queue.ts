import type { EventEnvelope } from "./put-events.ts";

/** How many events a webhook may keep under way and waiting. */
export interface WebhookLimits {
  /** Posts of one webhook at the same time. */
  readonly underWay: number;
  /** Posts of all webhooks together at the same time. */
  readonly underWayInAll: number;
  /** Events that wait for one webhook. */
  readonly waiting: number;
}

/** The side effects of the queues. */
export interface WebhookServices {
  /** Posts an event, with every retry; never rejects. */
  readonly post: (url: string, event: EventEnvelope) => Promise<void>;
  /** Tells the user that events were dropped. */
  readonly warn: (sentence: string) => void;
}

interface Queue {
  readonly waiting: EventEnvelope[];
  underWay: number;
  droppedCount: number;
}

/** At 2 KB an event and 20 s until a webhook that hangs is given up. */
export const WEBHOOK_LIMITS: WebhookLimits = { underWay: 8, underWayInAll: 32, waiting: 1_000 };

/**
 * Posts events to webhooks, a bounded number at a time. If too many wait for one that is slow or
 * hangs, its oldest are dropped: the newest say what is true now.
 */
export class WebhookQueues {
  readonly #services: WebhookServices;
  readonly #limits: WebhookLimits;
  readonly #queues = new Map<string, Queue>();
  #underWay = 0;
  #idle: (() => void)[] = [];

  constructor(services: WebhookServices, limits: WebhookLimits = WEBHOOK_LIMITS) {
    this.#services = services;
    this.#limits = limits;
  }

  /** Takes an event for a webhook, and drops the oldest that waits if there are too many. */
  add(url: string, event: EventEnvelope): void {
    const queue = this.#queues.get(url) ?? { waiting: [], underWay: 0, droppedCount: 0 };
    this.#queues.set(url, queue);
    queue.waiting.push(event);
    this.#startPosts();
    if (queue.waiting.length <= this.#limits.waiting) return;
    queue.waiting.shift();
    queue.droppedCount += 1;
    if (queue.droppedCount === 1) this.#services.warn(fullSentence(url, this.#limits.waiting));
  }

  /** Resolves when no event waits or is under way. */
  settled(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #isIdle(): boolean {
    return this.#underWay === 0 && [...this.#queues.values()].every(isEmpty);
  }

  /** The webhook with the fewest posts goes first, so that one that hangs does not keep the others. */
  #startPosts(): void {
    const { underWay, underWayInAll } = this.#limits;
    while (this.#underWay < underWayInAll) {
      const ready = [...this.#queues].filter(
        ([, queue]) => !isEmpty(queue) && queue.underWay < underWay,
      );
      const [next] = ready.sort(([, a], [, b]) => a.underWay - b.underWay);
      const event = next?.[1].waiting.shift();
      if (next === undefined || event === undefined) return;
      void this.#post(next[0], next[1], event);
    }
  }

  async #post(url: string, queue: Queue, event: EventEnvelope): Promise<void> {
    this.#underWay += 1;
    queue.underWay += 1;
    await this.#services.post(url, event);
    this.#underWay -= 1;
    queue.underWay -= 1;
    if (isEmpty(queue) && queue.droppedCount > 0) this.#sayDropped(url, queue);
    this.#startPosts();
    if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #sayDropped(url: string, queue: Queue): void {
    const { origin } = new URL(url);
    this.#services.warn(`The webhook ${origin} did not get ${queue.droppedCount} events.`);
    queue.droppedCount = 0;
  }
}

function isEmpty({ waiting }: Queue): boolean {
  return waiting.length === 0;
}

/** A webhook's path and query are secrets, so they are left out. */
function fullSentence(url: string, limit: number): string {
  const { origin } = new URL(url);
  return `The webhook ${origin} is too slow: more than ${limit} events wait for it, and the oldest are dropped.`;
}
