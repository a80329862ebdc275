import type { Severity } from "./model.ts";
import { countsAs } from "./threshold-rules.ts";
import { castVote, type Tally, type Voter } from "./votes.ts";

/**
 * What the nearest region says of a task's latency. `unknown`: every average at hand is above the
 * limit, but an awaited region gave none and might be the nearest.
 */
export type LatencyVerdict = "fine" | "breach" | "unknown";

/**
 * Judges latency on the nearest reporting region, the one with the least average. Its average is
 * above a limit exactly when every region's is, so regions that spoke in earlier windows are asked
 * the same way. Without the nearest, distance would pass for a fault: so losing a region, or failing
 * in it, makes nothing slow.
 */
export function judgeNearestLatency(voters: readonly Voter[], severity: Severity): LatencyVerdict {
  const speaking = voters.filter(hasLatency);
  const isBreach = speaking.every(({ opinion }) => countsAs(opinion?.latency ?? null, severity));
  if (nearestOf(voters) === null || !isBreach) return "fine";
  return voters.some((voter) => voter.awaited && !hasLatency(voter)) ? "unknown" : "breach";
}

/** The tally where the nearest region's average is the one that counts. */
export function nearestDecides(tally: Tally, voters: readonly Voter[]): Tally {
  const nearest = nearestOf(voters);
  if (nearest === null) return tally;
  const own = castVote(nearest, "breach", nearest.opinion?.latency ?? null);
  const votes = tally.votes.map((vote) => (vote.region === own.region ? own : vote));
  return { reached: true, votesNeeded: 1, votes };
}

/** A region that reported without an average has no say; one that stands by its vote has. */
function hasLatency({ opinion, figures }: Voter): boolean {
  return opinion !== null && (figures.avgConnectTimeMs !== null || figures.sampleCount === 0);
}

function nearestOf(voters: readonly Voter[]): Voter | null {
  let nearest: Voter | null = null;
  for (const voter of voters) {
    const average = voter.figures.avgConnectTimeMs;
    if (average === null) continue;
    if (average < (nearest?.figures.avgConnectTimeMs ?? Number.POSITIVE_INFINITY)) nearest = voter;
  }
  return nearest;
}
