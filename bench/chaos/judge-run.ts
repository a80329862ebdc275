import type { Interval } from "../../shared/slot/slot.ts";
import { sumOf } from "../../shared/sum-of.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import type { Verdict } from "../verdict.ts";
import { type Books, resultId } from "./books.ts";
import { compareChanges, type JudgedRun, minutesOf, slotsOf } from "./compare-changes.ts";
import { timeOfDay } from "./fast-time.ts";
import { LOCATION, PLACES } from "./regions.ts";
import type { ScenarioTask } from "./scenario.ts";

/** One fleet at the end of a run. */
export interface FleetEnd {
  readonly books: Books;
  readonly printedResults: ReadonlySet<string>;
  /** How it ended when nobody had told it to. */
  readonly ownEnds: readonly string[];
  readonly slowEnds: number;
}

/** What is wrong, a sentence for each thing, under the claim that it breaks. */
export interface Finding {
  readonly claim: string;
  readonly wrong: readonly string[];
}

/** Judges the disturbed fleet by the calm one. `span` is the whole minutes in which both ran. */
export function judgeRun(calm: FleetEnd, disturbed: FleetEnd, run: JudgedRun): Finding[] {
  const { tasks, span } = run;
  const both = [calm, disturbed];
  const ofBoth = (find: (end: FleetEnd) => readonly string[]) => both.flatMap(find);
  return [
    {
      claim: "changes that only the calm fleet saw",
      wrong: compareChanges(calm.books, disturbed.books, run).missed,
    },
    {
      claim: "changes that only the disturbed fleet saw",
      wrong: compareChanges(disturbed.books, calm.books, run).missed,
    },
    {
      claim: "changes neither delivered nor waiting for it, or not in the history",
      wrong: ofBoth(undelivered),
    },
    { claim: "minutes without a summary", wrong: ofBoth((end) => holes(end, tasks, span)) },
    {
      claim: "regions and minutes whose slots are not each a result or missed",
      wrong: ofBoth(({ books }) => slotFaults(books, tasks)),
    },
    { claim: "slots with two results", wrong: ofBoth(doubled) },
    { claim: "results printed and not kept", wrong: ofBoth(unkept) },
    {
      claim: "ends that nobody asked for",
      wrong: ofBoth(({ ownEnds }) => ownEnds),
    },
    {
      claim: "ends that took too long",
      wrong: ofBoth(({ slowEnds }) => Array(slowEnds).fill("")),
    },
  ];
}

/** Which part of the checks that the location made for the calm fleet is in the books of the disturbed one. */
export function locationShare(calm: FleetEnd, disturbed: FleetEnd): number {
  const [all, kept] = [checksOfLocation(calm), checksOfLocation(disturbed)];
  return all === 0 ? 0 : kept / all;
}

function checksOfLocation({ books }: FleetEnd): number {
  return sumOf(books.summaries, ({ regions }) => {
    const { expectedCount = 0, missedCount = 0 } = regions[LOCATION] ?? {};
    return expectedCount - missedCount;
  });
}

/** A run that compared nothing proves nothing. */
export function judgeWeight(
  calm: FleetEnd,
  disturbed: FleetEnd,
  run: JudgedRun & { readonly disturbances: number },
): Verdict[] {
  const least = { limit: 1, bound: "at least" } as const;
  const unseen = compareChanges(calm.books, disturbed.books, run).unseen.length;
  const changes = calm.books.changes.size;
  return [
    { claim: "changes of a task's state", measured: changes, ...least },
    {
      claim: "of these, what the disturbed fleet lacks and lost the checks to see",
      ...{ measured: unseen, limit: Math.floor(changes / 2), bound: "at most" },
    },
    { claim: "summaries", measured: calm.books.summaries.length, ...least },
    { claim: "results", measured: calm.books.results.size, ...least },
    { claim: "disturbances", measured: run.disturbances, ...least },
  ];
}

/** A slow machine may end a fleet between the write and the delivery of a change: then it waits. */
function undelivered({ books: { changes, delivered, waiting } }: FleetEnd): string[] {
  const was = new Set(delivered);
  const isLost = ([id]: readonly [string, unknown]) => !was.has(id) && !waiting.has(id);
  const held = [...changes].filter(isLost).map(([, { sentence }]) => sentence);
  const unknown = [...was].filter((id) => !changes.has(id));
  return [...held, ...unknown];
}

function holes({ books }: FleetEnd, tasks: readonly ScenarioTask[], span: Interval): string[] {
  const found = new Set(books.summaries.map((each) => `${each.taskName} ${each.periodStartMs}`));
  return minutesOf(span).flatMap((minute) =>
    tasks
      .filter(({ name }) => !found.has(`${name} ${minute}`))
      .map(({ name }) => `${name} ${timeOfDay(minute)}`),
  );
}

/** Minutes of a region whose summary is not what the results say, a sentence for each. */
export function slotFaults(books: Books, tasks: readonly ScenarioTask[]): string[] {
  return books.summaries.flatMap((each) => wrongSlots(books, each, tasks));
}

function wrongSlots(books: Books, summary: Summary, tasks: readonly ScenarioTask[]): string[] {
  const task = tasks.find(({ name }) => name === summary.taskName);
  if (task === undefined) return [summary.taskName];
  const minute = { fromMs: summary.periodStartMs, toMs: summary.periodEndMs };
  return PLACES.flatMap((region) => {
    const slots = slotsOf(task, region, minute);
    const kept = slots.filter((slot) => books.results.has(resultId(region, task.name, slot)));
    const { expectedCount, missedCount } = summary.regions[region] ?? {};
    if (expectedCount === slots.length && missedCount === slots.length - kept.length) return [];
    const told = `${expectedCount} expected and ${missedCount} missed`;
    return `${task.name} ${region} ${timeOfDay(minute.fromMs)}: ${told}, ${kept.length} of ${slots.length} kept`;
  });
}

function doubled({ books }: FleetEnd): string[] {
  return [...books.results].flatMap(([id, count]) => (count > 1 ? `${id} ${count}` : []));
}

function unkept({ books, printedResults }: FleetEnd): string[] {
  return [...printedResults].filter((id) => !books.results.has(id));
}
