import type { SeriesRecord } from "../../records/records.ts";
import { clockText } from "../words/time.ts";

/** A stretch of time that is shaded, in a colour of the page. */
export interface ShadedSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly colour: string;
  readonly word: string;
  /** Drawn as lines, so that it is seen over a state. */
  readonly isHatched: boolean;
}

const STATES: Readonly<Record<string, Pick<ShadedSpan, "colour" | "word">>> = {
  CRITICAL: { colour: "down-fill", word: "Down" },
  WARNING: { colour: "warning-fill", word: "Warning" },
  NO_DATA: { colour: "none-fill", word: "No data" },
};

const MAINTENANCE = { colour: "calm-fill", word: "In maintenance", isHatched: true };

/** What stands behind a task's plot: each state but a fine one, and maintenance. */
export function shadedOf({
  statuses,
  maintenances,
}: Pick<SeriesRecord, "statuses" | "maintenances">): ShadedSpan[] {
  const states = statuses.flatMap(({ status, fromMs, toMs }) => {
    const state = STATES[status];
    return state === undefined ? [] : [{ fromMs, toMs, ...state, isHatched: false }];
  });
  return [...states, ...maintenances.map((span) => ({ ...span, ...MAINTENANCE }))];
}

/** So many times of a word are named. */
const MOST_NAMED = 3;

/** A word of shaded spans, and when they were. */
export interface ShadedWord extends Pick<ShadedSpan, "colour" | "word" | "isHatched"> {
  /** E.g. `14:02 to 14:30, and 2 times before`. */
  readonly when: string;
}

/** What a plot's shading says in words, the newest times first. */
export function shadedWords(
  spans: readonly ShadedSpan[],
  nowMs: number,
  timeZone?: string,
): ShadedWord[] {
  const at = (atMs: number) => clockText(atMs, nowMs, timeZone);
  return [...Map.groupBy(spans, ({ word }) => word).values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const named = own
      .toSorted((a, b) => b.fromMs - a.fromMs)
      .slice(0, MOST_NAMED)
      .map(({ fromMs, toMs }) => `${at(fromMs)} to ${at(toMs)}`);
    const rest = own.length - named.length;
    const before = rest > 0 ? `, and ${rest} ${rest === 1 ? "time" : "times"} before` : "";
    const { colour, word, isHatched } = first;
    return [{ colour, word, isHatched, when: `${named.join(", ")}${before}` }];
  });
}
