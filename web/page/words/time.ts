const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A duration in at most two units, e.g. `3 h 12 min`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < MINUTE_MS) return `${Math.floor(whole / SECOND_MS)} s`;
  if (whole < HOUR_MS) return `${Math.floor(whole / MINUTE_MS)} min`;
  if (whole < DAY_MS) return pair(whole, [HOUR_MS, "h"], [MINUTE_MS, "min"]);
  return pair(whole, [DAY_MS, "d"], [HOUR_MS, "h"]);
}

function pair(ms: number, [large, name]: [number, string], [small, other]: [number, string]) {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${name}${rest === 0 ? "" : ` ${rest} ${other}`}`;
}

/** How long ago, e.g. `7 min ago`; `now` within the last seconds. */
export function agoText(atMs: number, nowMs: number): string {
  return nowMs - atMs < 5 * SECOND_MS ? "now" : `${durationText(nowMs - atMs)} ago`;
}

/** The time of day if it is within a day, else the date with it; in the reader's zone. */
export function clockText(atMs: number, nowMs: number, timeZone?: string): string {
  const isNear = Math.abs(nowMs - atMs) < DAY_MS / 2;
  return formatIn(timeZone, isNear ? TIME : DAY_AND_TIME).format(atMs);
}

/** An instant with seconds in the reader's zone, and in UTC. */
export function exactText(atMs: number, timeZone?: string): string {
  const utc = new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
  return `${formatIn(timeZone, EXACT).format(atMs)} (${utc} UTC)`;
}

const TIME = { hour: "2-digit", minute: "2-digit" } as const;
const DAY_AND_TIME = { day: "numeric", month: "short", ...TIME } as const;
const EXACT = { year: "numeric", ...DAY_AND_TIME, second: "2-digit" } as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make, so each is kept. */
function formatIn(timeZone: string | undefined, parts: Intl.DateTimeFormatOptions) {
  const key = `${timeZone} ${Object.keys(parts)}`;
  const kept = formats.get(key);
  if (kept !== undefined) return kept;
  const zone = timeZone === undefined ? {} : { timeZone };
  const made = new Intl.DateTimeFormat("en-GB", { ...parts, ...zone, hourCycle: "h23" });
  formats.set(key, made);
  return made;
}
