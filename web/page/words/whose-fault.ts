import type { OverviewRecord, TaskRow } from "../../records/records.ts";
import { listText } from "./number.ts";

/** Which regions see it: all that check, some by name, or how many. */
export function seenFrom(tasks: readonly TaskRow[]): string {
  const planned = new Set(tasks.flatMap(({ regions }) => regions));
  const seeing = [...new Set(tasks.flatMap(({ downRegions }) => downRegions))];
  if (seeing.length === 0) return "by its figures";
  if (planned.size === 1) return `seen from ${seeing[0]}, the only region`;
  if (seeing.length < 3 && seeing.length < planned.size) return `seen from ${listText(seeing)}`;
  const counts = tasks.map(({ downRegions }) => downRegions.length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least === planned.size) return `seen from all ${planned.size} regions`;
  return `seen from ${least === most ? most : `${least} to ${most}`} of ${planned.size} regions`;
}

/** Them or us: whether our own regions are well. */
export function whoseFault(
  { impaired, regions }: OverviewRecord,
  tasks: readonly TaskRow[],
): string {
  if (impaired.length > 0) {
    const names = listText(impaired.map(({ region }) => region));
    return `Not counted: ${names}, whose own network fails.`;
  }
  const names = listText(tasks.map(({ name }) => name));
  if (regions.length < 2) return `${names}.`;
  const isEverywhere = tasks.every((task) => task.downRegions.length >= task.regions.length);
  return isEverywhere
    ? `It is them, not us: every region is well. ${names}.`
    : `Every region is well: it is them, or the way to them. ${names}.`;
}
