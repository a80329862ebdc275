import type { NotifyEvent } from "./event.ts";
import type { Message, Tone } from "./message.ts";
import { messageOf } from "./message.ts";
import { isOver, subjectOf } from "./subject.ts";

/** A digest names no more of each kind. */
const SHOWN = 10;

/** One message of several events: what stands now, and what is over already. */
export function digestOf(events: readonly NotifyEvent[], pageUrl: string | null): Message {
  const stories = [...groupBySubject(events).values()];
  const last = stories.flatMap((story) => story.at(-1) ?? []);
  const open = last.filter((event) => !isOver(event));
  const meanwhile = stories.filter((story) => story.length > 1 && isOverNow(story));
  const over = stories.filter((story) => story.length === 1 && isOverNow(story));
  const parts = [
    part("still", open, pageUrl),
    part("over again", lastOf(meanwhile), pageUrl),
    part("recovered", lastOf(over), pageUrl),
  ].filter((one) => one !== null);
  return {
    tone: toneOf(open, pageUrl),
    title: titleOf(open.length, meanwhile.length + over.length),
    text: parts.join("\n"),
    facts: [{ name: "Events", value: String(events.length) }],
    links: pageUrl === null ? [] : [{ label: "Page", url: `${pageUrl}/` }],
  };
}

function groupBySubject(events: readonly NotifyEvent[]): Map<string, NotifyEvent[]> {
  const groups = new Map<string, NotifyEvent[]>();
  for (const event of events) {
    const subject = subjectOf(event);
    groups.set(subject, [...(groups.get(subject) ?? []), event]);
  }
  return groups;
}

function isOverNow(story: readonly NotifyEvent[]): boolean {
  const last = story.at(-1);
  return last !== undefined && isOver(last);
}

function lastOf(stories: readonly (readonly NotifyEvent[])[]): NotifyEvent[] {
  return stories.flatMap((story) => story.at(-1) ?? []);
}

function titleOf(openCount: number, overCount: number): string {
  const open = openCount === 0 ? "" : `${openCount} open`;
  const over = overCount === 0 ? "" : `${overCount} over`;
  return `Synfleet: ${[open, over].filter((text) => text !== "").join(", ")}`;
}

function part(what: string, events: readonly NotifyEvent[], pageUrl: string | null): string | null {
  if (events.length === 0) return null;
  const titles = events.slice(0, SHOWN).map((event) => messageOf(event, pageUrl).title);
  const more = events.length > SHOWN ? `, and ${events.length - SHOWN} more` : "";
  return `${events.length} ${what}: ${titles.join(", ")}${more}`;
}

function toneOf(open: readonly NotifyEvent[], pageUrl: string | null): Tone {
  const tones = open.map((event) => messageOf(event, pageUrl).tone);
  const order: readonly Tone[] = ["critical", "warning", "info"];
  return order.find((tone) => tones.includes(tone)) ?? "good";
}
