import type { EventRow } from "../../records/records.ts";

/** The events that have all words of a search, and a severity if one is asked for. */
export function filterEvents(
  events: readonly EventRow[],
  search: string,
  severity: string,
): EventRow[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return events.filter((event) => {
    if (severity !== "" && event.severity !== severity) return false;
    const parts = [
      event.summary,
      event.taskName,
      event.targetId,
      event.errorKind,
      event.detailType,
    ];
    const text = parts.join("\n").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
