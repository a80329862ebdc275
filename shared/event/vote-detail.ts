import type { RegionVote, Rule, Vote } from "../health/health.ts";
import type { Figures } from "../summary/summary.ts";
import type { RegionName } from "../units.ts";

/** An entry of PutEvents takes 256 KB at least: so many regions are named, the breaching ones first. */
const MAX_VOTES = 40;

/** One region's vote and what it saw, as events show it. */
export interface VoteDetail {
  readonly region: RegionName;
  readonly vote: Vote;
  readonly rule: Rule | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly health: RegionVote["health"];
  readonly expected: number;
  readonly missed: number;
  readonly uncounted: number;
  readonly sample_count: number;
  readonly successful_connections: number;
  readonly failed_connections: number;
  readonly failure_percent: number | null;
  readonly avg_connect_time_ms: number | null;
  readonly failures_by_kind: Figures["failuresByKind"];
}

const VOTE_ORDER: readonly Vote[] = ["breach", "fine", "none"];

/** The votes as events show them, the breaching regions first. */
export function toVoteDetails(votes: readonly RegionVote[]): VoteDetail[] {
  const rank = ({ vote }: RegionVote) => VOTE_ORDER.indexOf(vote);
  const sorted = votes.toSorted((a, b) => rank(a) - rank(b));
  return sorted.slice(0, MAX_VOTES).map(toVoteDetail);
}

/** One vote as events show it. */
export function toVoteDetail({ figures, ...vote }: RegionVote): VoteDetail {
  return {
    region: vote.region,
    vote: vote.vote,
    rule: vote.rule,
    value: vote.value,
    limit: vote.limit,
    health: vote.health,
    expected: figures.expectedCount,
    missed: figures.missedCount,
    uncounted: figures.uncountedCount,
    sample_count: figures.sampleCount,
    successful_connections: figures.successfulCount,
    failed_connections: figures.failedCount,
    failure_percent: figures.failurePercent,
    avg_connect_time_ms: figures.avgConnectTimeMs,
    failures_by_kind: figures.failuresByKind,
  };
}
