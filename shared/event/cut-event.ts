import type { OutgoingEvent } from "./outgoing.ts";

/** So many votes stay, the breaching ones first. */
const KEPT_VOTES = 3;

/**
 * The same event without what it can do without, for a task whose record has no room: its tags, and
 * most of the votes. Its detail says so in `cut`.
 */
export function cutEvent(event: OutgoingEvent): OutgoingEvent {
  const { detail } = event;
  return {
    ...event,
    detail: {
      ...detail,
      ...("tags" in detail && { tags: {} }),
      ...("votes" in detail && Array.isArray(detail.votes) && keptVotes(detail.votes)),
      cut: true,
    },
  };
}

function keptVotes(votes: readonly unknown[]) {
  return { votes: votes.slice(0, KEPT_VOTES) };
}
