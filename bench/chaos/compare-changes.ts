import { staggerOf } from "../../shared/plan/plan.ts";
import { type Interval, nominalSlots } from "../../shared/slot/slot.ts";
import { type EpochMs, MINUTE_MS, type RegionName, startOfMinute } from "../../shared/units.ts";
import { type Books, type Change, resultId } from "./books.ts";
import { PLACES, REGIONS } from "./regions.ts";
import type { ScenarioTask } from "./scenario.ts";

/** What both fleets of a run checked. `span` is the whole minutes in which both ran. */
export interface JudgedRun {
  readonly tasks: readonly ScenarioTask[];
  readonly span: Interval;
}

/** Changes that one fleet has and the other one lacks, a sentence for each. */
export interface ComparedChanges {
  /** The other fleet had the checks to see it. */
  readonly missed: readonly string[];
  /** It had lost them, as a slow machine does, and its books say so. */
  readonly unseen: readonly string[];
}

/**
 * What the other fleet lacks. It sees for certain that a target is down or up again if in one minute of
 * that time every region made each of its checks. If there is no such minute, nothing that follows of
 * this task can be compared, since incidents are numbered. Warnings can be if neither fleet has lost a
 * check of the task before: an incident that opens a minute later leaves more failures to the figures.
 */
export function compareChanges(one: Books, other: Books, run: JudgedRun): ComparedChanges {
  const lacking = [...one.changes].filter(([id]) => !other.changes.has(id));
  const isUnseen = ({ taskName, atMs, isWarning }: Change) =>
    run.tasks.some((task) => {
      if (task.name !== taskName) return false;
      if (atMs >= blindFromMs(other, task, run.span)) return true;
      const before = { fromMs: run.span.fromMs, toMs: startOfMinute(atMs) };
      return (
        isWarning && [one, other].some((books) => !minutesOf(before).every(isWhole(books, task)))
      );
    });
  const sentences = (unseen: boolean) =>
    lacking.flatMap(([, change]) => (isUnseen(change) === unseen ? change.sentence : []));
  return { missed: sentences(false), unseen: sentences(true) };
}

function blindFromMs(books: Books, task: ScenarioTask, span: Interval): EpochMs {
  const spells = spellsOf(task, span);
  const blind = spells.find((spell) => !minutesOf(spell).some(isWhole(books, task)));
  return blind?.fromMs ?? Number.POSITIVE_INFINITY;
}

/** Whether every region made each of its checks of a task in a minute. */
function isWhole(books: Books, task: ScenarioTask): (minuteMs: EpochMs) => boolean {
  return (fromMs) => {
    const minute = { fromMs, toMs: fromMs + MINUTE_MS };
    return REGIONS.every((region) =>
      slotsOf(task, region, minute).every((slot) =>
        books.results.has(resultId(region, task.name, slot)),
      ),
    );
  };
}

/** The times after each change of a target, up to its next one. */
function spellsOf(
  { outages }: ScenarioTask,
  { fromMs: beginMs, toMs: endMs }: Interval,
): Interval[] {
  const changes = outages.flatMap(({ fromMs, toMs }) => [beginMs + fromMs, beginMs + toMs]);
  const within = changes.filter((atMs) => atMs < endMs);
  return within.map((fromMs, i) => ({ fromMs, toMs: within[i + 1] ?? endMs }));
}

/** When each whole minute of an interval begins. */
export function minutesOf({ fromMs, toMs }: Interval): EpochMs[] {
  return Array.from({ length: (toMs - fromMs) / MINUTE_MS }, (_, i) => fromMs + i * MINUTE_MS);
}

/** The slots of a task in a place of the fleets. */
export function slotsOf(task: ScenarioTask, place: RegionName, minute: Interval): EpochMs[] {
  return nominalSlots(task, { staggerPermille: staggerOf(PLACES, place) }, minute);
}
