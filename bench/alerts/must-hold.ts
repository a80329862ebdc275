import { SECOND_MS } from "../../shared/units.ts";
import { quantileOf, type Row } from "../report.ts";
import { ALONE, HEADLINE } from "./cells.ts";
import { OWN } from "./contestants.ts";
import {
  type Bounded,
  falseAMonth,
  missedPercent,
  oncePercent,
  pagesADay,
  restartsPercent,
  showNumber,
  tallyOf,
  warningsADay,
} from "./figures.ts";
import type { Tallies } from "./run-cells.ts";
import type { Tally } from "./score.ts";
import { type Setting, settingText } from "./setting.ts";
import { LONGER_OUTAGES } from "./tables.ts";
import { HALF_PERIODS_SECONDS } from "./worlds/flapping.ts";

/** What was found: the figure, and its bound if it is a rate or a share. */
interface Found {
  readonly value: number;
  readonly bound?: number;
}

/** A limit that the fleet's own rule must keep. */
interface Limit {
  readonly claim: string;
  readonly setting?: Setting;
  readonly worlds: readonly string[];
  readonly measure: (tally: Tally) => Found;
  readonly must: { readonly atMost: number } | { readonly atLeast: number };
}

const FAST: Setting = { regionCount: 3, scheduleMs: 15 * SECOND_MS };

const withUpper = (measure: (tally: Tally) => Bounded) => (tally: Tally) => {
  const { value, upper } = measure(tally);
  return { value, bound: upper };
};
const detected = (share: number) => (tally: Tally) => ({
  value: quantileOf(tally.detectSeconds, share),
});

const LIMITS: readonly Limit[] = [
  {
    claim: "false pages a month: assumed month",
    worlds: ["assumed month"],
    measure: withUpper(falseAMonth),
    must: { atMost: 0.1 },
  },
  {
    claim: "the same at 5 % independent loss",
    worlds: ["loss 5 %"],
    measure: withUpper(falseAMonth),
    must: { atMost: 0.3 },
  },
  ...LONGER_OUTAGES.map((world) => ({
    claim: `${world}: missed, %`,
    worlds: [world],
    measure: withUpper(missedPercent),
    must: { atMost: 0.5 },
  })),
  {
    claim: "detection, median, s",
    worlds: LONGER_OUTAGES,
    measure: detected(0.5),
    must: { atMost: 60 },
  },
  {
    claim: "detection, p95, s",
    worlds: LONGER_OUTAGES,
    measure: detected(0.95),
    must: { atMost: 85 },
  },
  {
    claim: "detection at 15 s, median, s",
    setting: FAST,
    worlds: ["outage 2 min", "outage 5 min"],
    measure: detected(0.5),
    must: { atMost: 35 },
  },
  {
    claim: "detection at 15 s, p95, s",
    setting: FAST,
    worlds: ["outage 2 min", "outage 5 min"],
    measure: detected(0.95),
    must: { atMost: 40 },
  },
  {
    claim: "restarts of 5 to 30 s that page, %",
    worlds: ["restarts"],
    measure: withUpper(restartsPercent),
    must: { atMost: 4 },
  },
  {
    claim: "one dead backend of 4: opens a day",
    worlds: ["1 of 4 dead"],
    measure: withUpper(pagesADay),
    must: { atMost: 1 },
  },
  ...HALF_PERIODS_SECONDS.map((seconds) => ({
    claim: `flapping every ${seconds} s: notes an hour`,
    worlds: [`flapping ${seconds} s`],
    measure: ({ flapNotes, flapHours }: Tally) => ({ value: flapNotes / flapHours }),
    must: { atMost: 4 },
  })),
  {
    claim: "outages with one open and one close, %",
    worlds: LONGER_OUTAGES,
    measure: (tally) => ({ value: oncePercent(tally).value, bound: oncePercent(tally).lower }),
    must: { atLeast: 99 },
  },
  {
    claim: "one region: false pages a month: assumed month",
    setting: ALONE,
    worlds: ["assumed month"],
    measure: withUpper(falseAMonth),
    must: { atMost: 2.5 },
  },
  {
    claim: "one region: the same at 3 % independent loss",
    setting: ALONE,
    worlds: ["loss 3 %"],
    measure: withUpper(falseAMonth),
    must: { atMost: 0.3 },
  },
  {
    claim: "WARNINGs a day at a steady 5 % loss",
    worlds: ["loss 5 %"],
    measure: withUpper(warningsADay),
    must: { atMost: 1 },
  },
];

/** Whether a limit is kept. With few worlds a figure may keep it while its bound can't yet. */
type Verdict = "PASS" | "FAIL" | "too few";

/** Every limit whose worlds were run, with what was measured; `holds` unless one is broken. */
export function holdLimits(
  tallies: Tallies,
  asked: { readonly months: number; readonly outages: number },
): { readonly rows: readonly Row[]; readonly holds: boolean } {
  const isFew = asked.months < LEAST_MONTHS || asked.outages < LEAST_OUTAGES;
  const rows = LIMITS.flatMap(({ claim, setting = HEADLINE, worlds, measure, must }) => {
    const tally = tallyOf(tallies, { contestant: OWN, setting }, worlds);
    if (tally === null) return [];
    const found = measure(tally);
    return {
      ...{ claim, setting: settingText(setting), must: limitText(must) },
      measured: showNumber(found.value),
      "95 % bound": found.bound === undefined ? "" : showNumber(found.bound),
      verdict: verdictOn(found, must, isFew),
    };
  });
  return { rows, holds: rows.every(({ verdict }) => verdict !== "FAIL") };
}

/** So many months and outages the limits are for. */
const LEAST_MONTHS = 300;
const LEAST_OUTAGES = 1_000;

function verdictOn({ value, bound }: Found, must: Limit["must"], isFew: boolean): Verdict {
  if (isKept(bound ?? value, must)) return "PASS";
  return isFew && isKept(value, must) ? "too few" : "FAIL";
}

function isKept(value: number, must: Limit["must"]): boolean {
  return "atMost" in must ? value <= must.atMost : value >= must.atLeast;
}

function limitText(must: Limit["must"]): string {
  return "atMost" in must ? `at most ${must.atMost}` : `at least ${must.atLeast}`;
}
