import { figuresOf, type TaskWindow } from "../summary/summary.ts";
import { type DurationMs, MINUTE_MS, type RegionName } from "../units.ts";
import type { AdvisoryReason, AdvisoryTransition, RegionHealth, TaskState } from "./model.ts";
import { castVote, mainErrorKind, type Voter } from "./votes.ts";

/** A region is reported alone only if the others had this time to agree with it. */
const ALONE_MS: DurationMs = MINUTE_MS;

const NO_FIGURES = /* @__PURE__ */ figuresOf({ expectedCount: 0 }, []);

/**
 * Judges a window's advisories. One is raised for a region that stays unhealthy while too few others
 * are, so that users see it all the same; it is cleared when the region is healthy again.
 */
export function judgeAdvisories(
  state: TaskState,
  window: TaskWindow,
  sick: ReadonlySet<RegionName>,
): AdvisoryTransition[] {
  const isAlone = state.incident.openedAtMs === null && Object.keys(window.regions).length > 1;
  return Object.entries(state.regions).flatMap(([region, health]) => {
    const figures = window.regions[region]?.figures ?? NO_FIGURES;
    const voter: Voter = { region, figures, health: health.status };
    if (health.advised && health.status === "healthy") {
      return adviseOn(voter, "recovered", health);
    }
    // One event of the fleet says that a region is sick.
    if (!isAlone || sick.has(region)) return [];
    return needsAdvisory(health, window) ? adviseOn(voter, "unhealthy", health) : [];
  });
}

/** A region that begins to recover gets no advisory: its last check passed. */
function needsAdvisory(health: RegionHealth, { periodEndMs }: TaskWindow): boolean {
  const { unhealthySinceMs, passCount, advised, silentSinceMs } = health;
  if (unhealthySinceMs === null || passCount > 0 || advised || silentSinceMs !== null) return false;
  return periodEndMs - unhealthySinceMs >= ALONE_MS;
}

/** An advisory on a region. Its reason says whether it is raised or cleared. */
export function adviseOn(
  voter: Voter,
  reason: AdvisoryReason,
  { unhealthySinceMs, lastDownAtMs }: RegionHealth,
): AdvisoryTransition {
  const raised = reason === "unhealthy";
  const vote = castVote(voter, raised ? "breach" : "none");
  return {
    kind: "advisory",
    region: voter.region,
    raised,
    reason,
    unhealthySinceMs: unhealthySinceMs ?? lastDownAtMs ?? 0,
    errorKind: raised ? mainErrorKind([voter.figures]) : null,
    vote: { ...vote, rule: raised ? "down" : null },
  };
}

/** The regions' health with a window's advisories noted. */
export function noteAdvisories(
  regions: Readonly<Record<RegionName, RegionHealth>>,
  advisories: readonly AdvisoryTransition[],
): Record<RegionName, RegionHealth> {
  const noted = { ...regions };
  for (const { region, raised } of advisories) {
    const health = noted[region];
    if (health !== undefined) noted[region] = { ...health, advised: raised };
  }
  return noted;
}
