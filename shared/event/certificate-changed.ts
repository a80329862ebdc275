import type { CertificateTransition, TaskStatus } from "../health/health.ts";
import { escapeUnprintable } from "../input/input.ts";
import type { CertificateFacts, CertificateNote } from "../result/result.ts";
import { daysLeft } from "../summary/summary.ts";
import type { Task } from "../task/task.ts";
import { type EpochMs, type RegionName, toIso } from "../units.ts";
import { identify } from "./detail.ts";
import type { AlertContext, EventStamp } from "./outgoing.ts";
import { cutSummary } from "./pagerduty.ts";
import { type SlackMessage, toSlack } from "./slack.ts";

/** Which certificate it was before, and how long its chain is valid. */
interface CertificateDetail {
  readonly id: string;
  readonly valid_from: string;
  readonly expires_at: string;
}

/** The certificate that is there now; what has not been recorded yet is null. */
interface NewCertificateDetail extends CertificateDetail {
  readonly subject: string | null;
  readonly issuer: string | null;
  /** At most 20. */
  readonly names: readonly string[];
  readonly name_count: number;
  readonly serial: string | null;
  readonly fingerprint: string | null;
  readonly key_type: string | null;
  readonly key_bits: number | null;
}

/**
 * A body for PagerDuty's change events, complete but for the routing key: a change opens no incident.
 * https://developer.pagerduty.com/docs/send-change-event
 */
interface PagerDutyChange {
  readonly payload: {
    readonly summary: string;
    readonly timestamp: string;
    readonly source: string;
    readonly custom_details: { readonly task_name: string; readonly target_id: string | null };
  };
}

/** Detail of `TCP Probe Certificate Changed`. */
interface CertificateChangedDetail extends ReturnType<typeof identify> {
  /** Of the task at the time. */
  readonly state: TaskStatus;
  readonly severity: "info";
  readonly region: RegionName;
  readonly seen_at: string;
  readonly previous_certificate: CertificateDetail;
  readonly certificate: NewCertificateDetail;
  readonly certificate_expires_at: string;
  readonly certificate_days_left: number;
  readonly protocol: string | null;
  readonly cipher: string | null;
  readonly fault: string | null;
  readonly summary: string;
  readonly pagerduty_change: PagerDutyChange;
  readonly slack: SlackMessage;
}

/** The detail of the event that a target shows another certificate. */
export function certificateChangedDetail(
  { region, atMs, before, after, facts }: CertificateTransition,
  context: AlertContext,
  stamp: EventStamp,
): CertificateChangedDetail {
  const { task } = context;
  const summary = sentenceOf({ region, after, facts }, task);
  return {
    ...identify(context, stamp),
    state: stamp.status,
    severity: "info",
    region,
    seen_at: toIso(atMs),
    previous_certificate: showNote(before),
    certificate: { ...showNote(after), ...showLeaf(facts) },
    certificate_expires_at: toIso(after.untilMs),
    certificate_days_left: daysLeft(after.untilMs, atMs),
    protocol: facts?.protocol ?? null,
    cipher: facts?.cipher ?? null,
    fault: facts?.fault ?? null,
    summary,
    pagerduty_change: changeOf(summary, atMs, task),
    slack: toSlack(summary),
  };
}

function showNote({ id, fromMs, untilMs }: CertificateNote): CertificateDetail {
  return { id, valid_from: toIso(fromMs), expires_at: toIso(untilMs) };
}

function showLeaf(facts: CertificateFacts | null) {
  const [leaf] = facts?.chain ?? [];
  return {
    subject: leaf?.subject ?? null,
    issuer: leaf?.issuer ?? null,
    names: leaf?.names ?? [],
    name_count: leaf?.nameCount ?? 0,
    serial: leaf?.serial ?? null,
    fingerprint: leaf?.fingerprint ?? null,
    key_type: leaf?.keyType ?? null,
    key_bits: leaf?.keyBits ?? null,
  };
}

function changeOf(
  summary: string,
  atMs: EpochMs,
  { name, host, targetId }: Pick<Task, "name" | "host" | "targetId">,
): PagerDutyChange {
  return {
    payload: {
      summary: cutSummary(summary),
      timestamp: toIso(atMs),
      source: host,
      custom_details: { task_name: name, target_id: targetId },
    },
  };
}

/** A target says what it wants of itself. */
const SHOWN_CHARACTERS = 80;

/** E.g. `CERTIFICATE: db (db:443) shows another one: CN=db by CN=CA, valid until 2027-02-01, seen from eu-west-1`. */
function sentenceOf(
  { region, after, facts }: Pick<CertificateTransition, "region" | "after" | "facts">,
  { name, host }: Pick<Task, "name" | "host">,
): string {
  const [leaf] = facts?.chain ?? [];
  const who = leaf === undefined ? "" : `: ${inBrief(leaf.subject)} by ${inBrief(leaf.issuer)}`;
  const until = `valid until ${toIso(after.untilMs).slice(0, 10)}`;
  return `CERTIFICATE: ${escapeUnprintable(`${name} (${host})`)} shows another one${who}, ${until}, seen from ${region}`;
}

function inBrief(text: string): string {
  return escapeUnprintable(text.slice(0, SHOWN_CHARACTERS).toWellFormed());
}
