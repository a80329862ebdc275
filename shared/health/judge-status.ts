import type { Rule, Severity, TaskState, TaskStatus } from "./model.ts";
import { judgeNearestLatency, nearestDecides } from "./nearest-latency.ts";
import type { AlertPolicy } from "./rules/rules.ts";
import { ballotOf, type Tally, takeVote, type Voter } from "./votes.ts";

/** What the regions make of a task, by which rule and which votes. */
export interface StatusVerdict {
  readonly status: TaskStatus;
  /** Null where it is OK. */
  readonly rule: Rule | null;
  readonly tally: Tally;
}

/** The status that the regions vote for: critical before warning, failures before latency. */
export function judgeStatus(
  state: TaskState,
  voters: readonly Voter[],
  policy: AlertPolicy,
): StatusVerdict {
  const by = { ballot: ballotOf(policy), quorum: policy.quorum };
  for (const severity of ["critical", "warning"] as const) {
    const status = severity === "critical" ? "CRITICAL" : "WARNING";
    const tally = takeVote(voters, severity, by);
    if (tally.reached) return { status, rule: mainRule(tally), tally };
    if (policy.latencyScope === "nearest" && isSlow(state, voters, severity)) {
      return { status, rule: "avg_connect_time_ms", tally: nearestDecides(tally, voters) };
    }
  }
  return { status: "OK", rule: null, tally: takeVote(voters, "warning", by) };
}

/** Where the nearest region can't be told, latency raises nothing and clears nothing. */
function isSlow(state: TaskState, voters: readonly Voter[], severity: Severity): boolean {
  const latency = judgeNearestLatency(voters, severity);
  return latency === "breach" || (latency === "unknown" && isHeldByLatency(state, severity));
}

function isHeldByLatency({ status, rule }: TaskState, severity: Severity): boolean {
  if (rule !== "avg_connect_time_ms") return false;
  return status === "CRITICAL" || (status === "WARNING" && severity === "warning");
}

/** The rule that most breaching regions name, the first by region among equals. */
function mainRule({ votes }: Tally): Rule | null {
  const rules = votes.flatMap(({ vote, rule }) => (vote === "breach" && rule !== null ? rule : []));
  const countOf = (rule: Rule) => rules.filter((other) => other === rule).length;
  return rules.toSorted((a, b) => countOf(b) - countOf(a))[0] ?? null;
}
