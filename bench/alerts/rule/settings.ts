import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";

/** The parts of the reference rule, each of which can be left out. */
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
}

/** The rule as it is by default. */
export const WHOLE_RULE: RuleSettings = {
  failureThreshold: 4,
  successThreshold: 2,
  chance: 0.001,
  recentMs: 20 * SECOND_MS,
  lone: { failures: 5, overMs: 45 * SECOND_MS },
  holdsFlaps: true,
};

/** How a fleet's probes and home work together. */
export interface FleetWays {
  readonly hints: boolean;
  readonly secondOpinions: boolean;
}
