import type { TaskMinute } from "../../../functions/replay/replay.ts";
import type { CertificateFacts, CertificateNote } from "../../../shared/result/result.ts";
import { daysLeft } from "../../../shared/summary/summary.ts";
import { type EpochMs, toIso } from "../../../shared/units.ts";
import type { TaskRecordView } from "../../records/records.ts";

/** The certificate that a task's checks saw last, by its stored minutes; null if they saw none. */
export function certificateOf(
  minutes: readonly TaskMinute[],
  nowMs: EpochMs,
): TaskRecordView["certificate"] {
  const details = minutes
    .flatMap(({ regions }) => Object.values(regions).flatMap(({ checks }) => checks))
    .flatMap(({ slotAtMs, deep }) => (deep?.certificate === undefined ? [] : { slotAtMs, ...deep }))
    .sort((a, b) => b.slotAtMs - a.slotAtMs);
  const note = details[0]?.certificate;
  if (note === undefined) return null;
  // All that is known of it stands in the first check that saw it, and in one an hour.
  const facts = details.find((one) => one.certificate?.id === note.id && one.facts)?.facts ?? null;
  return { untilMs: note.untilMs, fields: fieldsOf(note, facts, nowMs) };
}

type Field = NonNullable<TaskRecordView["certificate"]>["fields"][number];

function fieldsOf(note: CertificateNote, facts: CertificateFacts | null, nowMs: EpochMs): Field[] {
  const leaf = facts?.chain[0];
  const values = {
    Subject: leaf?.subject,
    Issuer: leaf?.issuer,
    "Valid from": toIso(note.fromMs),
    "Valid until": toIso(note.untilMs),
    "Days left": `${daysLeft(note.untilMs, nowMs)}`,
    Names: leaf && namesText(leaf),
    Serial: leaf?.serial,
    "SHA-256": leaf?.fingerprint,
    Key: [leaf?.keyType, leaf?.keyBits].filter(Boolean).join(" "),
    Session: [facts?.protocol, facts?.cipher, facts?.alpn].filter(Boolean).join(", "),
    Fault: facts?.fault ?? undefined,
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [{ name, value }],
  );
}

function namesText({ names, nameCount }: CertificateFacts["chain"][number]): string {
  const shown = names.join(", ");
  return nameCount > names.length ? `${shown} and ${nameCount - names.length} more` : shown;
}
