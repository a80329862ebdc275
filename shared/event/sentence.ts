import {
  type AdvisoryTransition,
  countVotes,
  type RegionVote,
  type StateTransition,
} from "../health/health.ts";
import { type ErrorKind, phraseOfKind } from "../result/result.ts";
import type { Task } from "../task/task.ts";

type Subject = Pick<Task, "name" | "host">;

/** One line for a human, e.g. `CRITICAL: db (db.example.com:5432) refused from 2 of 3 regions`. */
export function stateSentence(change: StateTransition, task: Subject): string {
  return `${change.to}: ${subjectOf(task)} ${predicateOf(change)}`;
}

/** One line for a human, e.g. `ADVISORY: db (db.example.com:5432) refused from eu-west-1`. */
export function advisorySentence(advisory: AdvisoryTransition, task: Subject): string {
  const { region, raised, reason, errorKind } = advisory;
  const head = `${raised ? "ADVISORY" : "OK"}: ${subjectOf(task)}`;
  if (raised) return `${head} ${phraseOf(errorKind)} from ${region}`;
  if (reason === "task_removed") return `${head} is no longer monitored`;
  if (reason === "region_removed") return `${head} is no longer monitored from ${region}`;
  return `${head} recovered from ${region}`;
}

function subjectOf({ name, host }: Subject): string {
  return `${name} (${host})`;
}

function predicateOf({ reason, errorKind, votes }: StateTransition): string {
  if (reason === "task_removed") return "is no longer monitored";
  if (reason === "no_data") return "reported by no region";
  const reporting = countVotes(votes, "breach", "fine");
  if (reason === "recovered") return `fine in ${ofRegions(countVotes(votes, "fine"), reporting)}`;
  const share = ofRegions(countVotes(votes, "breach"), reporting);
  return `${troubleOf(reason, errorKind, votes)} from ${share}`;
}

function troubleOf(reason: string, errorKind: ErrorKind | null, votes: readonly RegionVote[]) {
  if (reason !== "avg_connect_time_ms") return phraseOf(errorKind);
  const slow = votes.find(({ vote, rule }) => vote === "breach" && rule === reason);
  if (slow === undefined || slow.value === null) return "slow";
  return `slow (${slow.value} ms on average in ${slow.region}, limit ${slow.limit} ms)`;
}

function phraseOf(errorKind: ErrorKind | null): string {
  return errorKind === null ? "failed" : phraseOfKind(errorKind);
}

function ofRegions(count: number, total: number): string {
  return `${count} of ${total} ${total === 1 ? "region" : "regions"}`;
}
