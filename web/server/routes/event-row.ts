import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { EventRow } from "../../records/records.ts";

/** An event as the page shows it. */
export function eventRow({ id, time, detailType, detail }: OutgoingEvent): EventRow {
  const fields: Readonly<Record<string, unknown>> = { ...detail };
  return {
    id,
    atMs: time,
    detailType,
    taskName: textOf(fields.task_name),
    targetId: textOf(fields.target_id),
    state: textOf(fields.state),
    severity: textOf(fields.severity),
    summary: sentenceOf(detailType, fields),
    errorKind: textOf(fields.error_kind),
    suppressedBy: textOf(fields.suppressed_by),
    detail: fields,
  };
}

function sentenceOf(detailType: string, { summary, problems }: Readonly<Record<string, unknown>>) {
  const because = Array.isArray(problems) ? `: ${problems.join("; ")}` : "";
  return textOf(summary) ?? `${detailType}${because}`;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
