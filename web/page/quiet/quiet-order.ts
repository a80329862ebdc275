import type { QuietOrder } from "../../records/records.ts";

/** What may be ordered. */
export type QuietKind = "maintenance" | "silence" | "ack";

/** What somebody has put into the form. */
export interface QuietForm {
  readonly kind: QuietKind;
  /** As typed, e.g. `45`, `2 h`, `1d`. */
  readonly duration: string;
  readonly reason: string;
  readonly by: string;
}

/** For how long, unless somebody says otherwise. */
export function usualDuration(kind: QuietKind): string {
  return kind === "ack" ? "" : "1 h";
}

/** The form for something else: what somebody has typed stays. */
export function withKind(form: QuietForm, kind: QuietKind): QuietForm {
  const isTyped = form.duration !== usualDuration(form.kind);
  return { ...form, kind, duration: isTyped ? form.duration : usualDuration(kind) };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  "": 60_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The milliseconds of a typed duration, in minutes unless it says otherwise; null if it is none. */
export function parseDuration(text: string): number | null {
  const [, number, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*(m|min|h|d)?\s*$/.exec(text) ?? [];
  const ms = Number(number ?? Number.NaN) * (UNITS_MS[unit] ?? Number.NaN);
  return ms > 0 && Number.isFinite(ms) ? ms : null;
}

/** The order of a form, or which field is wrong. */
export function orderOf(
  { kind, duration, reason, by }: QuietForm,
  scope: QuietOrder["scope"],
): QuietOrder | { readonly problem: string; readonly field: string } {
  const isOpenEnded = kind === "ack" && duration.trim() === "";
  const durationMs = isOpenEnded ? null : parseDuration(duration);
  if (durationMs === null && !isOpenEnded) {
    return { problem: 'A duration is like "45 min", "2 h" or "1 d"', field: "durationMs" };
  }
  if (reason.trim() === "") return { problem: "Say why, for whoever wonders", field: "reason" };
  if (by.trim() === "") return { problem: "Say who you are", field: "by" };
  return { scope, durationMs, reason: reason.trim(), by: by.trim() };
}
