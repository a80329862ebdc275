import type { OutgoingEvent } from "../../shared/event/event.ts";
import { toIso } from "../../shared/units.ts";
import { paint, statusColour } from "../../terminal/paint.ts";
import { left } from "../../terminal/table.ts";
import type { Io } from "../command/io.ts";
import { NONE } from "./figures.ts";
import type { CsvLayout, Layout } from "./print-rows.ts";

type Detail = Readonly<Record<string, unknown>>;

/** An event of the history as JSON output has it. */
export interface AlertRecord {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly detail_type: string;
  readonly detail: Detail;
}

/** The record of an event. */
export function alertRecord(event: OutgoingEvent): AlertRecord {
  return {
    id: event.id,
    time: toIso(event.time),
    detail_type: event.detailType,
    detail: { ...event.detail },
  };
}

/** The table of events: one line each, with the sentence that the event has about itself. */
export function alertLayout(io: Io): Layout<AlertRecord> {
  return {
    columns: [left("TIME"), left("STATE"), left("WHAT")],
    toRow: (record) => {
      const state = textOf(record.detail.state) ?? NONE;
      const status = paint(state, statusColour(state), io.colours);
      return [record.time, status, sentenceOf(record).replace(`${state}: `, "")];
    },
    whenEmpty: "No alerts.",
  };
}

const FLAT = [
  ...["task_name", "host", "target_id", "region", "state", "previous_state"],
  ...["severity", "error_kind", "suppressed_by"],
];

/** Events in CSV: the flat fields of their detail, their sentence, and the whole detail as JSON. */
export const ALERT_CSV: CsvLayout<AlertRecord> = {
  fields: ["id", "time", "detail_type", ...FLAT, "summary", "detail"],
  toFields: (record) => ({
    ...record,
    ...Object.fromEntries(FLAT.map((name) => [name, textOf(record.detail[name])])),
    summary: sentenceOf(record),
  }),
};

/** What an event says of itself, and what holds it. */
export function sentenceOf({ detail, detail_type }: AlertRecord): string {
  const { problems, summary, suppressed_by } = detail;
  const because = Array.isArray(problems) ? `: ${problems.join("; ")}` : "";
  const held = textOf(suppressed_by);
  const ending = held === undefined ? "" : ` (held: ${held})`;
  return `${textOf(summary) ?? `${detail_type}${because}`}${ending}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
