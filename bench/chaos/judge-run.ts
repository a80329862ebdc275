import { staggerOf } from "../../shared/plan/plan.ts";
import { type Interval, nominalSlots } from "../../shared/slot/slot.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import { type EpochMs, MINUTE_MS } from "../../shared/units.ts";
import type { Verdict } from "../verdict.ts";
import { type Books, resultId } from "./books.ts";
import { timeOfDay } from "./fast-time.ts";
import { REGIONS } from "./regions.ts";
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
export function judgeRun(
  calm: FleetEnd,
  disturbed: FleetEnd,
  { tasks, span }: { readonly tasks: readonly ScenarioTask[]; readonly span: Interval },
): Finding[] {
  const both = [calm, disturbed];
  const ofBoth = (find: (end: FleetEnd) => readonly string[]) => both.flatMap(find);
  return [
    { claim: "changes that only the calm fleet saw", wrong: missingFrom(calm, disturbed) },
    { claim: "changes that only the disturbed fleet saw", wrong: missingFrom(disturbed, calm) },
    {
      claim: "changes neither delivered nor waiting for it, or not in the history",
      wrong: ofBoth(undelivered),
    },
    { claim: "minutes without a summary", wrong: ofBoth((end) => holes(end, tasks, span)) },
    {
      claim: "regions and minutes whose slots are not each a result or missed",
      wrong: ofBoth(({ books }) =>
        books.summaries.flatMap((each) => wrongSlots(books, each, tasks)),
      ),
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

/** A run that compared nothing proves nothing. */
export function judgeWeight(calm: FleetEnd, disturbances: number): Verdict[] {
  const least = { limit: 1, bound: "at least" } as const;
  return [
    { claim: "changes of a task's state", measured: calm.books.changes.size, ...least },
    { claim: "summaries", measured: calm.books.summaries.length, ...least },
    { claim: "results", measured: calm.books.results.size, ...least },
    { claim: "disturbances", measured: disturbances, ...least },
  ];
}

function missingFrom(one: FleetEnd, other: FleetEnd): string[] {
  const changes = [...one.books.changes].filter(([id]) => !other.books.changes.has(id));
  return changes.map(([, sentence]) => sentence);
}

/** A slow machine may end a fleet between the write and the delivery of a change: then it waits. */
function undelivered({ books: { changes, delivered, waiting } }: FleetEnd): string[] {
  const was = new Set(delivered);
  const isLost = ([id]: readonly [string, string]) => !was.has(id) && !waiting.has(id);
  const held = [...changes].filter(isLost).map(([, sentence]) => sentence);
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

function minutesOf({ fromMs, toMs }: Interval): EpochMs[] {
  return Array.from({ length: (toMs - fromMs) / MINUTE_MS }, (_, i) => fromMs + i * MINUTE_MS);
}

function wrongSlots(books: Books, summary: Summary, tasks: readonly ScenarioTask[]): string[] {
  const task = tasks.find(({ name }) => name === summary.taskName);
  if (task === undefined) return [summary.taskName];
  const minute = { fromMs: summary.periodStartMs, toMs: summary.periodEndMs };
  return REGIONS.flatMap((region) => {
    const slots = nominalSlots(task, { staggerPermille: staggerOf(REGIONS, region) }, minute);
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
