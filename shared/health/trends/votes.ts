import type { RegionName } from "../../units.ts";
import { type AlertPolicy, countsAs, type Finding, type Severity } from "../rules/rules.ts";
import type { TrendRule } from "./model.ts";

/** What a region says of a task's trends; `none` does not count. */
export interface TrendVote {
  readonly region: RegionName;
  readonly vote: "breach" | "fine" | "none";
  readonly rule: TrendRule | null;
  /** The figure that the rule looked at, and the limit that it broke. */
  readonly value: number | null;
  readonly limit: number | null;
}

/** A region before the vote. */
export interface TrendVoter {
  readonly region: RegionName;
  readonly findings: readonly Finding[];
  /** It reports nothing: what it broke still counts, and it is not shown as fine. */
  readonly isSilent: boolean;
  /** Without a vote it has been silent for long. */
  readonly hasVote: boolean;
}

/** What the regions decide together. */
export interface Decision {
  readonly rule: TrendRule;
  readonly votesNeeded: number;
  readonly votes: readonly TrendVote[];
}

/** The votes of the regions at a severity. */
export function votesOf(voters: readonly TrendVoter[], severity: Severity): TrendVote[] {
  return voters.map(({ region, findings, isSilent }) => {
    const found = findings.find((finding) => countsAs(finding, severity));
    if (found === undefined) return plainVote(region, isSilent ? "none" : "fine");
    return breachOf(region, found);
  });
}

/** A vote without a figure. */
export function plainVote(region: RegionName, vote: "fine" | "none"): TrendVote {
  return { region, vote, rule: null, value: null, limit: null };
}

function breachOf(region: RegionName, { rule, value, limit }: Finding): TrendVote {
  return { region, vote: "breach", rule, value, limit };
}

/** Takes the vote at a severity: null if too few regions breach. */
export function takeVote(
  voters: readonly TrendVoter[],
  severity: Severity,
  { quorum }: AlertPolicy,
): Decision | null {
  const votes = votesOf(voters, severity);
  const votesNeeded = votesNeededOf(quorum, voters.filter(({ hasVote }) => hasVote).length);
  const rule = mainRule(votes);
  const breachCount = votes.filter(({ vote }) => vote === "breach").length;
  return rule === null || breachCount < votesNeeded ? null : { rule, votesNeeded, votes };
}

/** The decision of one region, which the others can't outvote. */
export function decideAlone(
  voters: readonly TrendVoter[],
  region: RegionName,
  finding: Finding,
): Decision {
  const votes = votesOf(voters, finding.severity);
  const own = breachOf(region, finding);
  return {
    rule: finding.rule,
    votesNeeded: 1,
    votes: votes.map((vote) => (vote.region === region ? own : vote)),
  };
}

function votesNeededOf(quorum: AlertPolicy["quorum"], voterCount: number): number {
  return quorum === "majority" ? Math.floor(voterCount / 2) + 1 : Math.min(quorum, voterCount);
}

/** The rule that most regions name, the first by region among equals. */
function mainRule(votes: readonly TrendVote[]): TrendRule | null {
  const rules = votes.flatMap(({ rule }) => rule ?? []);
  const countOf = (rule: TrendRule) => rules.filter((other) => other === rule).length;
  return rules.toSorted((a, b) => countOf(b) - countOf(a))[0] ?? null;
}
