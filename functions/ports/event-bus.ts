import type { OutgoingEvent } from "../../shared/event/event.ts";

/** Where events go. Never throws: what was not delivered, for whatever reason, is in `failed`. */
export interface EventBus {
  publish(events: readonly OutgoingEvent[]): Promise<{
    readonly delivered: readonly string[];
    readonly failed: readonly { readonly id: string; readonly code: string }[];
  }>;
}
