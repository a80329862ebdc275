import type { OverviewRecord, TaskRow } from "../../records/records.ts";
import { isMaintained, type Look, lookOf } from "./look.ts";
import { countText, listText } from "./number.ts";
import { clockText, durationText } from "./time.ts";
import { seenFrom, whoseFault } from "./whose-fault.ts";

/** What the whole fleet's state looks like. */
export type Tone = "fine" | "down" | "warning" | "sick" | "silent" | "waiting";

/** The sentence on top of the page. */
export interface Headline {
  readonly tone: Tone;
  readonly text: string;
  /** What else there is to know; null if there is nothing. */
  readonly more: string | null;
}

/** Without a judgement for longer than this, the states below are old. */
const STALE_AFTER_MS = 5 * 60_000;

/** Says in one sentence what is down, since when, seen from where. */
export function headlineOf(overview: OverviewRecord, timeZone?: string): Headline {
  const at = (atMs: number) => clockText(atMs, overview.nowMs, timeZone);
  const running = overview.tasks.filter(({ standing }) => standing === "running");
  const urgent =
    notYet(overview, running) ??
    stale(overview, at) ??
    down(overview, running, at) ??
    sick(overview, at);
  if (urgent === null) return troubled(overview, at) ?? lesser(running) ?? fine(overview, running);
  const also = troublesText(overview.troubles, "The fleet itself");
  return { ...urgent, more: [urgent.more, also].filter(Boolean).join(" ") || null };
}

type Troubles = OverviewRecord["troubles"];

function troubled({ troubles }: OverviewRecord, at: (atMs: number) => string) {
  const [first, ...others] = troubles;
  if (first === undefined) return null;
  return {
    tone: "warning" as const,
    text: `The fleet itself: ${first.text} (since ${at(first.sinceMs)})`,
    more: ["It is us, not them.", troublesText(others, "Also")].join(" ").trim(),
  };
}

function troublesText(troubles: Troubles, what: string): string {
  return troubles.length === 0 ? "" : `${what}: ${troubles.map(({ text }) => text).join("; ")}.`;
}

function notYet({ tasks, judgedToMs }: OverviewRecord, running: readonly TaskRow[]) {
  const tone = "waiting" as const;
  if (tasks.length === 0) {
    return {
      tone,
      text: "No tasks yet",
      more: "The first task shows here a minute after it is stored.",
    };
  }
  if (running.length === 0) {
    return {
      tone,
      text: `None of ${countText(tasks.length, "task")} runs`,
      more: "They wait for a plan, are off, or were rejected.",
    };
  }
  if (judgedToMs !== null) return null;
  return {
    tone,
    text: "The first minute is not over yet",
    more: `${countText(running.length, "task")} will be judged when it is.`,
  };
}

function stale({ nowMs, judgedToMs }: OverviewRecord, at: (atMs: number) => string) {
  const lagMs = nowMs - (judgedToMs ?? nowMs);
  if (lagMs < STALE_AFTER_MS) return null;
  return {
    tone: "silent" as const,
    text: `Nothing was judged for ${durationText(lagMs)}`,
    more: `What stands below is from ${at(nowMs - lagMs)}. The fleet itself may have stopped.`,
  };
}

function down(overview: OverviewRecord, running: readonly TaskRow[], at: (atMs: number) => string) {
  const all = running.filter((task) => lookOf(task) === "down");
  const unexpected = all.filter((task) => !isMaintained(task));
  if (unexpected.length === 0) return null;
  const since = unexpected.flatMap(({ sinceMs }) => sinceMs ?? []);
  const when = since.length === 0 ? "" : ` (since ${at(Math.min(...since))})`;
  const verb = unexpected.length === 1 ? "is" : "are";
  return {
    tone: "down" as const,
    text: `${unexpected.length} of ${countText(running.length, "task")} ${verb} down${when}, ${seenFrom(unexpected)}`,
    more: [whoseFault(overview, unexpected), inMaintenance(all.length - unexpected.length)]
      .filter((part) => part !== "")
      .join(" "),
  };
}

function inMaintenance(count: number): string {
  return count === 0 ? "" : `${count} more in maintenance.`;
}

function sick({ impaired, regions, nowMs }: OverviewRecord, at: (atMs: number) => string) {
  const [first] = impaired;
  if (first === undefined) return null;
  const names = listText(impaired.map(({ region }) => region));
  const others = regions.length - impaired.length;
  const isOne = impaired.length === 1;
  return {
    tone: "sick" as const,
    text: `${names} ${isOne ? "is sick: it abstains" : "are sick: they abstain"} since ${at(Math.min(...impaired.map(({ sinceMs }) => sinceMs), nowMs))}`,
    more: `It is us, not them: ${isOne ? "its" : "their"} own network fails, so it has no vote. ${countText(others, "other region")} judge${others === 1 ? "s" : ""}.`,
  };
}

const LESSER: readonly { look: Look & Tone; verb: (count: number) => string; more: string }[] = [
  {
    look: "silent",
    verb: (count) => `${count === 1 ? "gives" : "give"} no data`,
    more: "No region reports of them: that says nothing of the targets.",
  },
  {
    look: "warning",
    verb: (count) => `${count === 1 ? "needs" : "need"} a look`,
    more: "They answer, but not as they should.",
  },
];

function lesser(running: readonly TaskRow[]) {
  for (const { look, verb, more } of LESSER) {
    const count = running.filter((task) => lookOf(task) === look && !isMaintained(task)).length;
    if (count > 0)
      return {
        tone: look,
        text: `${count} of ${countText(running.length, "task")} ${verb(count)}`,
        more,
      };
  }
  return null;
}

function fine(overview: OverviewRecord, running: readonly TaskRow[]): Headline {
  const others = running.filter((task) => lookOf(task) !== "fine").length;
  if (others > 0) {
    const text = `${running.length - others} of ${countText(running.length, "task")} are fine`;
    return { tone: "fine", text, more: `Not counted: ${others} in maintenance.` };
  }
  const text =
    running.length === 1
      ? "The only task is fine"
      : `All ${running.length.toLocaleString("en")} tasks are fine`;
  const unread = overview.unread.map(({ region }) => region);
  if (unread.length > 0) return { tone: "fine", text, more: `Not read: ${listText(unread)}.` };
  return { tone: "fine", text, more: `Seen from ${countText(overview.regions.length, "region")}.` };
}
