import { type DurationMs, MINUTE_MS, SECOND_MS } from "../../../shared/units.ts";

/** The parts of the rule, each of which can be left out. */
export interface RuleSettings {
  /** Failed checks in a row that turn a region. */
  readonly failureThreshold: number;
  /** Passed checks in a row that turn it back. */
  readonly successThreshold: number;
  /** How likely failures in a row may be by chance, at the region's own share; null asks for no more. */
  readonly chance: number | null;
  /** How old the last failure of a region may be that opens; null for any age. */
  readonly recentMs: DurationMs | null;
  /** What a single voter needs beside; null for no more than a region of several. */
  readonly lone: { readonly failures: number; readonly overMs: DurationMs } | null;
  readonly holdsFlaps: boolean;
  /** After a failed check, relative to its slot. */
  readonly recheckMs: readonly DurationMs[];
  readonly hints: boolean;
  readonly secondOpinions: boolean;
  /** Regions whose probes are sick have no vote. */
  readonly abstains: boolean;
}

/** The rule as it is by default. */
export const WHOLE_RULE: RuleSettings = {
  failureThreshold: 4,
  successThreshold: 2,
  chance: 0.001,
  recentMs: 20 * SECOND_MS,
  lone: { failures: 5, overMs: 45 * SECOND_MS },
  holdsFlaps: true,
  recheckMs: [5, 12, 20, 30, 40, 50].map((seconds) => seconds * SECOND_MS),
  hints: true,
  secondOpinions: true,
  abstains: true,
};

/** Without hints a region's last failure is older when it is looked at. */
const RECENT_WITHOUT_HINTS_MS = 45 * SECOND_MS;

/** Without rechecks it is up to a schedule old. */
const RECENT_WITHOUT_RECHECKS_MS = 5 * MINUTE_MS;

/** The rule, and the rule with each part left out or changed. */
export const RULE_VARIANTS: Readonly<Record<string, Partial<RuleSettings>>> = {
  "no rechecks": { recheckMs: [], recentMs: RECENT_WITHOUT_RECHECKS_MS },
  "no hints": { hints: false, recentMs: RECENT_WITHOUT_HINTS_MS },
  "fail 3": { failureThreshold: 3 },
  "fail 5": { failureThreshold: 5 },
  "no chance": { chance: null },
  "no recent": { recentMs: null },
  "no lone rule": { lone: null },
  "no hold": { holdsFlaps: false },
  "no second opinions": { secondOpinions: false },
  "no abstaining": { abstains: false },
};
