import type { DiskWatch } from "../disk/disk-report.ts";
import type { NotifyTarget } from "../notify/message/service.ts";
import { EventFile } from "./event-file.ts";
import type { EventRule, EventTarget } from "./event-rules.ts";
import type { EventEnvelope } from "./put-events.ts";

/** The side effects of delivery besides files. */
export interface DeliveryServices {
  /** Shows an event to the user. */
  readonly show: (event: EventEnvelope) => void;
  /** Keeps an event for services, webhooks among them; resolves when it is kept. */
  readonly notify: (event: EventEnvelope, targets: readonly NotifyTarget[]) => Promise<void>;
  /** Tells the user that a target could not be reached. */
  readonly warn: (sentence: string) => void;
  /** Is told whether files could be written. */
  readonly disk: DiskWatch;
}

/** Routes events by rules. A target gets an event once, however many rules send it there. */
export class EventDelivery {
  readonly #services: DeliveryServices;
  readonly #files = new Map<string, EventFile>();
  readonly #underWay = new Set<Promise<void>>();
  #rules: readonly EventRule[];

  constructor(rules: readonly EventRule[], services: DeliveryServices) {
    this.#rules = rules;
    this.#services = services;
  }

  /** Routes by other rules from now on. */
  routeBy(rules: readonly EventRule[]): void {
    this.#rules = rules;
  }

  /**
   * Sends an event to the targets of every rule that it matches. Resolves when it is in the files,
   * so that its sender may forget it, and does not wait for services. It never throws: for a target
   * that can't be reached it calls `warn`.
   */
  async deliver(event: EventEnvelope): Promise<void> {
    const targets = targetsOf(this.#rules, event);
    const services = targets.flatMap((one) => (one.type === "notify" ? one.target : []));
    const kept = targets.flatMap((one) => (one.type === "file" ? this.#keep(one.path, event) : []));
    for (const { type } of targets) if (type === "terminal") this.#services.show(event);
    const all = [...kept, ...(services.length > 0 ? [this.#services.notify(event, services)] : [])];
    await Promise.all(all.map((done) => this.#track(done, event)));
  }

  /** Resolves when every event is in the files, or given up. */
  async settled(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.retry()));
    await Promise.all(this.#underWay);
  }

  #track(done: Promise<void>, event: EventEnvelope): Promise<void> {
    const tracked = done
      .catch((error: unknown) => this.#services.warn(`Event ${event.id} was not kept: ${error}`))
      .finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
    return tracked;
  }

  #keep(path: string, event: EventEnvelope): Promise<void> {
    const file = this.#files.get(path) ?? new EventFile(path, this.#services.disk);
    this.#files.set(path, file);
    return file.append(event);
  }
}

function targetsOf(rules: readonly EventRule[], event: EventEnvelope): EventTarget[] {
  const targets = rules.filter((rule) => rule.matches(event)).flatMap((rule) => rule.targets);
  const wanted = targets.filter((target) => target.type !== "notify" || target.wants(event));
  return [...new Map(wanted.map((target) => [keyOf(target), target])).values()];
}

function keyOf(target: EventTarget): string {
  if (target.type === "notify") return `notify ${target.target.name}`;
  return target.type === "file" ? `file ${target.path}` : target.type;
}
