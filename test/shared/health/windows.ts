import { judgeWindow } from "../../../shared/health/judge-window.ts";
import type { TaskState, Transition } from "../../../shared/health/model.ts";
import {
  type AlertOverrides,
  alertPolicy,
  DEFAULT_ALERT_POLICY,
} from "../../../shared/health/rules/rules.ts";
import { INITIAL_STATE } from "../../../shared/health/task-state.ts";
import type { ErrorKind } from "../../../shared/result/result.ts";
import {
  figuresOf,
  type JudgedCheck,
  type RegionWindow,
  type TaskWindow,
} from "../../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

/** 2026-01-05T12:00:00Z */
export const NOON = 1_767_614_400_000;

export const DEFAULTS = DEFAULT_ALERT_POLICY;

export function policyWith(overrides: AlertOverrides) {
  return alertPolicy(DEFAULT_ALERT_POLICY, overrides);
}

const FAILURES: Readonly<Record<string, ErrorKind>> = {
  f: "refused",
  t: "timeout",
  u: "internal",
  e: "internal",
  n: "unsupported",
  s: "secret_unavailable",
};

const CODES: Readonly<Record<string, string>> = { e: "EADDRNOTAVAIL", s: "ENOENT" };

/**
 * A region's window in short: a letter a slot (`p` passed, `f` refused, `t` timed out, `u` our own
 * fault, `e` our own with a code, `n` not supported, `s` a secret not read, `m` missed, `r` passed when its SYN was sent
 * again, a second later) and the connect time, e.g. `ppfm@12.5`. `""` was at work and had nothing
 * due, `-` was not at work and had nothing due.
 */
export function regionWindow(short: string, startMs: EpochMs = NOON): RegionWindow {
  const [letters = "", time] = short.replace("-", "").split("@");
  const connectTimeMs = time === undefined ? 10 : time === "none" ? null : Number(time);
  const stepMs = Math.floor(MINUTE_MS / Math.max(1, letters.length));
  const checks = [...letters].flatMap((letter, i): JudgedCheck[] => {
    const slotAtMs = startMs + i * stepMs;
    if (letter === "m") return [];
    if (letter === "p" || letter === "r")
      return [passedCheck(slotAtMs, connectTimeMs, letter === "r" ? 1 : 0)];
    const verdict = "uens".includes(letter) ? "uncounted" : "failed";
    return [
      {
        slotAtMs,
        verdict,
        errorKind: FAILURES[letter] ?? null,
        ...(CODES[letter] !== undefined && { errorCode: CODES[letter] }),
        connectTimeMs: null,
        synRetransmits: 0,
      },
    ];
  });
  const figures = figuresOf({ expectedCount: letters.length }, checks);
  return { covered: short !== "-", figures, checks, rechecks: [] };
}

/** Linux sends a SYN again after a second. */
function passedCheck(
  slotAtMs: EpochMs,
  timeMs: DurationMs | null,
  synRetransmits: number,
): JudgedCheck {
  const connectTimeMs = timeMs === null ? null : timeMs + synRetransmits * SECOND_MS;
  return { slotAtMs, verdict: "passed", errorKind: null, connectTimeMs, synRetransmits };
}

/** Regions by name, each in short. */
export type ShortWindow = Readonly<Record<string, string>>;

/** The window that begins `minute` minutes after noon. */
export function windowAt(minute: number, short: ShortWindow, scheduleMs = 15_000): TaskWindow {
  const periodStartMs = NOON + minute * MINUTE_MS;
  const regions = Object.entries(short).map(([name, region]): [string, RegionWindow] => [
    name,
    regionWindow(region, periodStartMs),
  ]);
  return {
    periodStartMs,
    periodEndMs: periodStartMs + MINUTE_MS,
    scheduleMs,
    regions: Object.fromEntries(regions),
  };
}

export interface Story {
  readonly state: TaskState;
  readonly states: readonly TaskState[];
  readonly transitions: readonly (readonly Transition[])[];
  /** A line a window, e.g. `OK>CRITICAL failure_percent, +sydney`; empty where nothing happened. */
  readonly lines: readonly string[];
}

/** Judges windows one after the other from the initial state. */
export function tell(
  shorts: readonly ShortWindow[],
  setup: { readonly alert?: AlertOverrides; readonly scheduleMs?: number } = {},
): Story {
  const policy = policyWith(setup.alert ?? {});
  let state = INITIAL_STATE;
  const states: TaskState[] = [];
  const all: (readonly Transition[])[] = [];
  for (const [minute, short] of shorts.entries()) {
    const judged = judgeWindow(state, windowAt(minute, short, setup.scheduleMs), policy);
    state = judged.state;
    states.push(state);
    all.push(judged.transitions);
  }
  return {
    state,
    states,
    transitions: all,
    lines: all.map((each) => each.map(inShort).join(", ")),
  };
}

function inShort(transition: Transition): string {
  if (transition.kind === "advisory") return `${transition.raised ? "+" : "-"}${transition.region}`;
  if (transition.kind === "certificate") return `${transition.after.id} in ${transition.region}`;
  return `${transition.from}>${transition.to} ${transition.reason}`;
}
