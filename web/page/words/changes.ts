import type { OverviewRecord } from "../../records/records.ts";
import { lookOf, wordOf } from "./look.ts";

/** A screen reader reads no more changes than this one by one. */
const MOST_NAMED = 3;

/** What changed between two overviews, as a sentence for whoever does not see it; empty if nothing did. */
export function changesBetween(before: OverviewRecord | null, after: OverviewRecord): string {
  if (before === null) return "";
  const looks = new Map(before.tasks.map((task) => [task.name, lookOf(task)]));
  const changed = after.tasks.flatMap((task) => {
    const [was, is] = [looks.get(task.name), lookOf(task)];
    return was === undefined || was === is ? [] : `${task.name}: ${wordOf(is).toLowerCase()}`;
  });
  const named = changed.slice(0, MOST_NAMED).join(". ");
  const rest = changed.length - MOST_NAMED;
  return rest > 0 ? `${named}. And ${rest} more changed.` : named;
}
