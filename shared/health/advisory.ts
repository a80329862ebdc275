import { mainErrorKind } from "./main-error-kind.ts";
import type { AdvisoryReason, AdvisoryTransition, RegionHealth } from "./model.ts";
import type { RegionReport } from "./region-report.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { castVote, failuresOnly, takeVote, type Voter } from "./votes.ts";

/**
 * Advisories of a window: raised for a region that is unhealthy while the failures have no quorum,
 * so that it shows all the same; cleared when it is healthy again.
 */
export function judgeAdvisories(
  reports: readonly RegionReport[],
  policy: AlertPolicy,
): AdvisoryTransition[] {
  const by = { ballot: failuresOnly, quorum: policy.quorum };
  const { reached, votes } = takeVote(reports, "warning", by);
  return reports.flatMap((report, i) => {
    const vote = votes[i] ?? castVote(report, "none", null);
    if (report.after.advised && report.after.status === "healthy") {
      return { ...adviseOn(report, "recovered"), vote };
    }
    return !reached && needsAdvisory(report) ? { ...adviseOn(report, "unhealthy"), vote } : [];
  });
}

/** A region that has begun to recover is left alone: its last check passed. */
function needsAdvisory({ after, isFresh }: RegionReport): boolean {
  return isFresh && after.status === "unhealthy" && after.streak === 0 && !after.advised;
}

/** An advisory on a region, raised or cleared by its reason. */
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

/** The regions' health with the advisories of a window noted. */
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
