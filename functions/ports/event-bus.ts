import type { OutgoingEvent } from "../../shared/event/event.ts";

/** The fleet's event bus. */
export interface EventBus {
  /** Publishes events in their order and never throws: `failed` has every other one's error code. */
  publish(events: readonly OutgoingEvent[]): Promise<{
    readonly delivered: readonly string[];
    readonly failed: readonly { readonly id: string; readonly code: string }[];
  }>;
}
