import type { AdvisoryReason, AdvisoryTransition, RegionHealth } from "./model.ts";
import type { RegionReport } from "./region-report.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { availabilityBallot, castVote, mainErrorKind, takeVote, type Voter } from "./votes.ts";

/**
 * Judges a window's advisories. One is raised for a region that is unhealthy while the failures have
 * no quorum, so that users see it all the same; it is cleared when the region is healthy again.
 */
export function judgeAdvisories(
  reports: readonly RegionReport[],
  policy: AlertPolicy,
): AdvisoryTransition[] {
  const { reached, votes } = takeVote(reports, "warning", availabilityBallot(policy));
  return reports.flatMap((report, i) => {
    const vote = votes[i] ?? castVote(report, "none", null);
    if (report.after.advised && report.after.status === "healthy") {
      return { ...adviseOn(report, "recovered"), vote };
    }
    return !reached && needsAdvisory(report) ? { ...adviseOn(report, "unhealthy"), vote } : [];
  });
}

/** A region that begins to recover gets no advisory: its last check passed. */
function needsAdvisory({ after, isFresh }: RegionReport): boolean {
  return isFresh && after.status === "unhealthy" && after.streak === 0 && !after.advised;
}

/** An advisory on a region. Its reason says whether it is raised or cleared. */
export function adviseOn(voter: Voter, reason: AdvisoryReason): AdvisoryTransition {
  const raised = reason === "unhealthy";
  return {
    kind: "advisory",
    region: voter.region,
    raised,
    reason,
    errorKind: raised ? mainErrorKind([voter.figures]) : null,
    vote: castVote(voter, "none", null),
  };
}

/** The regions' health with a window's advisories noted. */
export function noteAdvisories(
  regions: Readonly<Record<string, RegionHealth>>,
  advisories: readonly AdvisoryTransition[],
): Record<string, RegionHealth> {
  const noted = { ...regions };
  for (const { region, raised } of advisories) {
    const health = noted[region];
    if (health !== undefined) noted[region] = { ...health, advised: raised };
  }
  return noted;
}
