import type { Figures } from "../summary/summary.ts";
import type { RegionName } from "../units.ts";
import type { RegionHealth, RegionVote, Severity, Vote } from "./model.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { type Breach, countsAs, type Opinion } from "./threshold-rules.ts";

/** A region before the vote. */
export interface Voter {
  readonly region: RegionName;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
  /** Null where it has nothing to say: it never votes. */
  readonly opinion: Opinion | null;
  /** It should have had something to say. */
  readonly awaited: boolean;
}

/** A vote of all regions at one severity. */
export interface Tally {
  readonly reached: boolean;
  readonly votesNeeded: number;
  readonly votes: readonly RegionVote[];
}

/** Which of a region's findings it votes on. */
export type Ballot = (opinion: Opinion) => readonly (Breach | null)[];

export const failuresOnly: Ballot = (opinion) => [opinion.failure];

/** Failures, and latency too where each region votes on its own. */
export function ballotOf(policy: AlertPolicy): Ballot {
  if (policy.latencyScope === "nearest") return failuresOnly;
  return (opinion) => [opinion.failure, opinion.latency];
}

/** Takes the vote: is there a quorum of the regions that voted? */
export function takeVote(
  voters: readonly Voter[],
  severity: Severity,
  by: { readonly ballot: Ballot; readonly quorum: AlertPolicy["quorum"] },
): Tally {
  const votes = voters.map((voter) => voteOf(voter, severity, by.ballot));
  const votesNeeded = votesNeededOf(by.quorum, countVotes(votes, "fine", "breach"));
  const reached = votesNeeded > 0 && countVotes(votes, "breach") >= votesNeeded;
  return { reached, votesNeeded, votes };
}

/** How many of the votes are one of those. */
export function countVotes(votes: readonly RegionVote[], ...among: readonly Vote[]): number {
  return votes.filter(({ vote }) => among.includes(vote)).length;
}

function votesNeededOf(quorum: AlertPolicy["quorum"], votingCount: number): number {
  if (votingCount === 0) return 0;
  return quorum === "majority" ? Math.floor(votingCount / 2) + 1 : Math.min(quorum, votingCount);
}

function voteOf(voter: Voter, severity: Severity, ballot: Ballot): RegionVote {
  if (voter.opinion === null) return castVote(voter, "none", null);
  const breach = ballot(voter.opinion).find((finding) => countsAs(finding, severity)) ?? null;
  return castVote(voter, breach === null ? "fine" : "breach", breach);
}

/** A region's vote with its evidence. */
export function castVote(voter: Voter, vote: Vote, breach: Breach | null): RegionVote {
  return {
    region: voter.region,
    vote,
    rule: breach?.rule ?? null,
    value: breach?.value ?? null,
    limit: breach?.limit ?? null,
    figures: voter.figures,
    health: voter.health,
  };
}
