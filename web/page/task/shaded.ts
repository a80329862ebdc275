import type { SeriesRecord, TaskRow } from "../../records/records.ts";
import type { ShadedSpan } from "./plot-spans.ts";

const COLOURS: Readonly<Record<string, string>> = {
  CRITICAL: "down-fill",
  WARNING: "warning-fill",
  NO_DATA: "none-fill",
};

/** What stands behind a task's plot: each state but a fine one, and maintenance that goes on. */
export function shadedOf(
  { statuses, startsMs }: SeriesRecord,
  row: Pick<TaskRow, "held"> | null,
): ShadedSpan[] {
  const states = statuses.flatMap(({ status, fromMs, toMs }) => {
    const colour = COLOURS[status];
    return colour === undefined ? [] : [{ fromMs, toMs, colour }];
  });
  const endMs = startsMs.at(-1) ?? 0;
  const held = row?.held.some(({ kind }) => kind === "maintenance") ?? false;
  return held
    ? [...states, { fromMs: endMs - 60_000, toMs: endMs + 60_000, colour: "calm-fill" }]
    : states;
}
