import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import type { EventEnvelope } from "../aws/put-events.ts";

/** Waits between two tries. */
export type Pause = (ms: DurationMs) => Promise<void>;

const TIMEOUT_MS: DurationMs = 5 * SECOND_MS;
const PAUSES_MS: readonly DurationMs[] = [SECOND_MS, 4 * SECOND_MS];

/** Posts an event to a webhook as JSON, three times at most; throws when it was never taken. */
export async function postEvent(url: string, event: EventEnvelope, pause: Pause): Promise<void> {
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
    // Followed, most redirects become a GET: the event would be lost and count as delivered.
    redirect: "manual",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}
