import type { Waiting } from "../message/service.ts";
import { isOver, subjectOf } from "../message/subject.ts";

/**
 * What is dropped of too many that wait: the oldest trouble that is over again, with its end; if there
 * is none, the oldest event. What is on its way stays.
 */
export function pickDropped(
  waiting: readonly Waiting[],
  isBusy: (key: string) => boolean,
): readonly Waiting[] {
  const free = waiting.filter(({ key }) => !isBusy(key));
  const opened = new Map<string, Waiting>();
  for (const one of free) {
    const subject = subjectOf(one.event);
    const begun = opened.get(subject);
    if (begun !== undefined && isOver(one.event)) return [begun, one];
    if (begun === undefined && !isOver(one.event)) opened.set(subject, one);
  }
  return free.slice(0, 1);
}

/**
 * Of events for a pager that could not be reached: all that a later event of the same subject makes
 * obsolete. The last one says what is true, and an alert that is over calls nobody.
 */
export function pickObsolete(
  waiting: readonly Waiting[],
  isBusy: (key: string) => boolean,
): readonly Waiting[] {
  const last = new Map(waiting.map((one) => [subjectOf(one.event), one.key]));
  return waiting.filter(({ key, event }) => !isBusy(key) && last.get(subjectOf(event)) !== key);
}
