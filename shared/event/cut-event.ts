import type { OutgoingEvent } from "./outgoing.ts";

/** So many entries of each list stay: of votes, the breaching ones first. */
const KEPT_ENTRIES = 3;

/** The lists that can be long. */
const LISTS = ["votes", "samples", "healthy", "unhealthy", "held_tasks", "tasks"] as const;

/**
 * The same event without what it can do without, for a record that has no room: its tags, and most of
 * the votes or targets. Its detail says so in `cut`.
 */
export function cutEvent(event: OutgoingEvent): OutgoingEvent {
  const { detail } = event;
  return {
    ...event,
    detail: {
      ...detail,
      ...("tags" in detail && { tags: {} }),
      ...keptEntries(detail),
      cut: true,
    },
  };
}

function keptEntries(detail: object): object {
  const lists = LISTS.flatMap((name) => {
    const list: unknown = Reflect.get(detail, name);
    return Array.isArray(list) ? [[name, list.slice(0, KEPT_ENTRIES)]] : [];
  });
  return Object.fromEntries(lists);
}
