import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventRule, EventTarget } from "./event-rules.ts";
import type { EventEnvelope } from "./put-events.ts";

/** What delivery needs of the outside. */
export interface DeliveryOutside {
  /** Shows an event to the user. */
  readonly show: (event: EventEnvelope) => void;
  /** Says that a target could not be reached. */
  readonly warn: (sentence: string) => void;
}

export interface EventDelivery {
  /** Sends an event wherever a rule says; never waits. */
  deliver(event: EventEnvelope): void;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

const WEBHOOK_TIMEOUT_MS = 5_000;
const WEBHOOK_PAUSES_MS = [1_000, 4_000];

/** Routes events by rules. A target gets an event once, however many rules send it there. */
export function createDelivery(
  rules: readonly EventRule[],
  outside: DeliveryOutside,
): EventDelivery {
  const underWay = new Set<Promise<void>>();
  const files = new Map<string, Promise<void>>();
  const send = (target: EventTarget, event: EventEnvelope): Promise<void> => {
    if (target.type === "webhook") return postEvent(target.url, event);
    if (target.type === "terminal") return Promise.resolve(outside.show(event));
    // Lines of one file follow each other.
    const before = files.get(target.path)?.catch(() => undefined) ?? Promise.resolve();
    const appended = before.then(() => appendLine(target.path, event));
    files.set(target.path, appended);
    return appended;
  };
  return {
    deliver: (event) => {
      for (const target of targetsOf(rules, event)) {
        const sent = send(target, event)
          .catch((error: unknown) => outside.warn(failure(target, event, error)))
          .finally(() => underWay.delete(sent));
        underWay.add(sent);
      }
    },
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}

function targetsOf(rules: readonly EventRule[], event: EventEnvelope): EventTarget[] {
  const targets = rules.filter((rule) => rule.matches(event)).flatMap((rule) => rule.targets);
  return [...new Map(targets.map((target) => [JSON.stringify(target), target])).values()];
}

function failure(target: EventTarget, event: EventEnvelope, error: unknown): string {
  const place = target.type === "webhook" ? target.url : target.type === "file" ? target.path : "";
  const reason = error instanceof Error ? error.message : String(error);
  return `Event ${event.id} did not reach the ${target.type} ${place}: ${reason}`;
}

/** Appends a line, after ending the half of one that a kill may have left. */
async function appendLine(path: string, event: EventEnvelope): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const torn = size > 0 && buffer.toString() !== "\n";
    await file.appendFile(`${torn ? "\n" : ""}${JSON.stringify(event)}\n`);
  } finally {
    await file.close();
  }
}

async function postEvent(url: string, event: EventEnvelope): Promise<void> {
  for (const pauseMs of [...WEBHOOK_PAUSES_MS, null]) {
    try {
      await postOnce(url, event);
      return;
    } catch (error) {
      if (pauseMs === null) throw error;
      await sleep(pauseMs);
    }
  }
}

async function postOnce(url: string, event: EventEnvelope): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
    signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}
