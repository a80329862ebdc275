import { ERROR_KINDS, type ErrorKind, isCounted } from "../result/result.ts";
import type { Figures } from "../summary/summary.ts";
import type { RegionName } from "../units.ts";
import type { RegionHealth, RegionVote, Vote } from "./model.ts";
import {
  type AlertPolicy,
  ASPECTS,
  type Aspect,
  countsAs,
  type Finding,
  type Severity,
} from "./rules/rules.ts";

/** A region before the vote. */
export interface Voter {
  readonly region: RegionName;
  readonly figures: Figures;
  readonly health: RegionHealth["status"];
  /** Empty if it is fine; null if it has no report, then it does not vote. */
  readonly findings: readonly Finding[] | null;
  /** A report of it was due: it had a scheduled check, or it does not run at all. */
  readonly awaited: boolean;
}

/** A vote of all regions at one severity. */
export interface Tally {
  readonly reached: boolean;
  readonly votesNeeded: number;
  readonly votes: readonly RegionVote[];
}

/** What decides a vote: the aspects that count, and how many regions must breach. */
export interface Ballot {
  readonly aspects: readonly Aspect[];
  readonly quorum: AlertPolicy["quorum"];
}

/** The ballot on whether the target answers at all. */
export function availabilityBallot({ quorum }: AlertPolicy): Ballot {
  return { aspects: ["availability"], quorum };
}

/** The ballot on a task's status: without latency, if the nearest region decides that alone. */
export function statusBallot({ latencyScope, quorum }: AlertPolicy): Ballot {
  const isVoted = (aspect: Aspect) => latencyScope === "each" || aspect !== "latency";
  return { aspects: ASPECTS.filter(isVoted), quorum };
}

/** Takes the vote: do enough of the regions that voted see a rule broken? */
export function takeVote(voters: readonly Voter[], severity: Severity, ballot: Ballot): Tally {
  const votes = voters.map((voter) => voteOf(voter, severity, ballot.aspects));
  const votesNeeded = votesNeededOf(ballot.quorum, countVotes(votes, "fine", "breach"));
  const reached = votesNeeded > 0 && countVotes(votes, "breach") >= votesNeeded;
  return { reached, votesNeeded, votes };
}

/** Counts the votes that are one of the given ones. */
export function countVotes(votes: readonly RegionVote[], ...among: readonly Vote[]): number {
  return votes.filter(({ vote }) => among.includes(vote)).length;
}

function votesNeededOf(quorum: AlertPolicy["quorum"], votingCount: number): number {
  if (votingCount === 0) return 0;
  return quorum === "majority" ? Math.floor(votingCount / 2) + 1 : Math.min(quorum, votingCount);
}

function voteOf(voter: Voter, severity: Severity, aspects: readonly Aspect[]): RegionVote {
  if (voter.findings === null) return castVote(voter, "none", null);
  const counted = voter.findings.filter(({ aspect }) => aspects.includes(aspect));
  const breach = counted.find((finding) => countsAs(finding, severity)) ?? null;
  return castVote(voter, breach === null ? "fine" : "breach", breach);
}

/** A region's vote with its evidence. */
export function castVote(voter: Voter, vote: Vote, finding: Finding | null): RegionVote {
  return {
    region: voter.region,
    vote,
    rule: finding?.rule ?? null,
    value: finding?.value ?? null,
    limit: finding?.limit ?? null,
    figures: voter.figures,
    health: voter.health,
  };
}

/** The kind of most failures, the first of `ERROR_KINDS` among equals; null without failures. */
export function mainErrorKind(all: readonly Figures[]): ErrorKind | null {
  const countOf = (kind: ErrorKind) =>
    all.reduce((sum, { failuresByKind }) => sum + (failuresByKind[kind] ?? 0), 0);
  const counts = ERROR_KINDS.filter(isCounted).map((kind) => ({ kind, count: countOf(kind) }));
  const [main] = counts.filter(({ count }) => count > 0).toSorted((a, b) => b.count - a.count);
  return main?.kind ?? null;
}
