import type { Hold, TaskNotice } from "../alerting/alerting.ts";
import {
  type AdvisoryTransition,
  countVotes,
  type Rule,
  type StateTransition,
} from "../health/health.ts";
import { ruleNamed } from "../health/rules/rules.ts";
import { escapeUnprintable } from "../input/input.ts";
import { type ErrorKind, phraseOfKind, usualPhaseOf } from "../result/result.ts";
import type { Phase, Task } from "../task/task.ts";
import { type DurationMs, type EpochMs, SECOND_MS, toIso } from "../units.ts";

/** A sentence names no more reasons than this. */
const SHOWN_REASONS = 3;

type Subject = Pick<Task, "name" | "host">;

/** One line for people, e.g. `CRITICAL: db (db.example.com:5432) refused from 2 of 3 regions`. */
export function stateSentence(change: StateTransition, task: Subject): string {
  const head = `${change.to}: ${subjectOf(task)}`;
  if (change.uncounted.length > 0) return `${head}: ${uncountedSentence(change.uncounted)}`;
  return `${head} ${predicateOf(change)}${circumstancesOf(change)}`;
}

/** How an incident came about, or how long it was, e.g. ` since 12:03:15 UTC, 4 checks in a row each`. */
function circumstancesOf(change: StateTransition): string {
  if (change.track !== "incident") return "";
  const flaps = change.flapping === "started" ? "; it is flapping" : "";
  if (change.phase === "opened") return `${failuresOf(change)}${lastSuccessOf(change)}${flaps}`;
  const { atMs, openedAtMs } = change;
  return openedAtMs === null ? "" : `, after ${showSpan(atMs - openedAtMs)}`;
}

function failuresOf({ failingSinceMs, votes }: StateTransition): string {
  if (failingSinceMs === null) return "";
  const counts = votes.flatMap(({ vote, value }) => (vote === "breach" && value ? value : []));
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const since = ` since ${timeOf(failingSinceMs)}`;
  if (counts.length === 0) return since;
  if (least === most) {
    const checks = least === 1 ? "1 check" : `${least} checks in a row`;
    return `${since}, ${checks}${counts.length > 1 ? " each" : ""}`;
  }
  return `${since}, ${least} to ${most} checks in a row`;
}

function lastSuccessOf({ lastSuccess }: StateTransition): string {
  if (lastSuccess === null) return "";
  return `; last success ${timeOf(lastSuccess.atMs)} from ${lastSuccess.region}`;
}

function timeOf(atMs: EpochMs): string {
  return `${toIso(atMs).slice(11, 19)} UTC`;
}

/** A span in its two largest units, e.g. `1 h 5 min`. */
function showSpan(ms: DurationMs): string {
  const seconds = Math.round(ms / SECOND_MS);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  if (minutes === 0) return `${seconds} s`;
  return seconds % 60 > 0 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
}

/** E.g. `12 checks, none could be counted: EADDRNOTAVAIL` or, of several reasons, with how many each. */
function uncountedSentence(uncounted: StateTransition["uncounted"]): string {
  const total = uncounted.reduce((sum, { count }) => sum + count, 0);
  const shown = uncounted.slice(0, SHOWN_REASONS);
  const reasons = shown.map(({ reason, count }) =>
    escapeUnprintable(uncounted.length === 1 ? reason : `${reason} ${count}`),
  );
  const more = uncounted.length > shown.length ? ", and others" : "";
  return `${total} ${total === 1 ? "check" : "checks"}, none could be counted: ${reasons.join(", ")}${more}`;
}

/** One line for people, e.g. `ADVISORY: db (db.example.com:5432) refused from eu-west-1`. */
export function advisorySentence(advisory: AdvisoryTransition, task: Subject): string {
  const { region, raised, reason, errorKind } = advisory;
  const head = `${raised ? "ADVISORY" : "OK"}: ${subjectOf(task)}`;
  if (raised) return `${head} ${phraseOf(errorKind)} from ${region}`;
  if (reason === "task_removed") return `${head} is no longer monitored`;
  if (reason === "region_removed") return `${head} is no longer monitored from ${region}`;
  return `${head} recovered from ${region}`;
}

/**
 * One line for people, e.g. `CRITICAL: db (db.example.com:5432) refused since 12:03:15 UTC; held by a
 * maintenance until now`.
 */
export function noticeSentence(notice: TaskNotice, task: Subject): string {
  const { kind, to, openedAtMs, atMs, held } = notice;
  const subject = subjectOf(task);
  const lasting = `for ${showSpan(atMs - openedAtMs)}`;
  if (kind === "reminder") return `REMINDER: ${subject} is still ${to} ${lasting}`;
  const trouble = troubleInBrief(notice);
  if (kind === "escalated") return `ESCALATED: ${subject} ${trouble} ${lasting}`;
  const since = `since ${timeOf(openedAtMs)}`;
  const why = held === null ? "" : `; ${HELD[held.by]} until now`;
  return `${to}: ${subject} ${trouble} ${since}${why}`;
}

const HELD: Readonly<Record<Hold, string>> = {
  maintenance: "held by a maintenance",
  silence: "held by a silence",
  acknowledge: "held by an acknowledgement",
  dependency: "held while what it depends on was down",
  storm: "held by a storm",
};

function troubleInBrief({ rule, errorKind }: TaskNotice): string {
  if (rule === "no_data") return "reported by no region";
  if (rule === "degraded") return "degraded";
  if (rule === "down" || rule === null)
    return errorKind === null ? "down" : phraseOfKind(errorKind);
  return ruleNamed(rule)?.phrase?.(null) ?? phraseOf(errorKind);
}

/** A name that was stored by another program may have what the parser refuses, e.g. a line end. */
function subjectOf({ name, host }: Subject): string {
  return escapeUnprintable(`${name} (${host})`);
}

function predicateOf(change: StateTransition): string {
  const { reason, votes } = change;
  if (reason === "task_removed") return "is no longer monitored";
  if (reason === "no_data") return "reported by no region";
  const reporting = countVotes(votes, "breach", "fine");
  if (reason === "recovered") return `fine in ${ofRegions(countVotes(votes, "fine"), reporting)}`;
  const trouble = troubleOf(reason, change);
  // A certificate is seen, where everything else happens.
  const from = ruleNamed(reason)?.aspect === "certificate" ? ", seen from" : " from";
  return `${trouble}${from} ${ofRegions(countVotes(votes, "breach"), reporting)}`;
}

/** A rule with words of its own shows the first region that broke it. */
function troubleOf(name: Rule, change: StateTransition): string {
  const { votes, certificateUntilMs } = change;
  const failed = failureOf(change);
  if (name === "degraded") return `degraded: ${failed} now and then`;
  const rule = ruleNamed(name);
  if (rule === null || rule.phrase === null) return failed;
  const seen = votes.find(({ vote, rule: broken }) => vote === "breach" && broken === name);
  if (seen === undefined || seen.value === null || seen.limit === null) return rule.phrase(null);
  return rule.phrase({
    ...{ region: seen.region, value: seen.value, limit: seen.limit },
    ...(certificateUntilMs !== undefined && { certificateUntilMs }),
  });
}

/** Where it failed is said if the kind does not say it, e.g. `gave no answer in the greeting`. */
function failureOf({ errorKind, failedPhase }: StateTransition): string {
  const phrase = phraseOf(errorKind);
  if (errorKind === null || failedPhase === undefined) return phrase;
  return failedPhase === usualPhaseOf(errorKind) ? phrase : `${phrase} ${DURING[failedPhase]}`;
}

const DURING: Readonly<Record<Phase, string>> = {
  resolve: "in DNS",
  connect: "while connecting",
  tls: "in the TLS handshake",
  greeting: "in the greeting",
  version: "in the exchange of versions",
  auth: "in the authentication",
  dialogue: "in the dialogue",
  hold: "while it was held",
};

function phraseOf(errorKind: ErrorKind | null): string {
  return errorKind === null ? "failed" : phraseOfKind(errorKind);
}

function ofRegions(count: number, total: number): string {
  return `${count} of ${total} ${total === 1 ? "region" : "regions"}`;
}
