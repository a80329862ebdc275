import type { OutgoingEvent } from "../../shared/event/event.ts";
import { toIso } from "../../shared/units.ts";
import type { Io } from "../command/io.ts";
import { NONE } from "./figures.ts";
import { paintStatus } from "./paint.ts";
import { type Layout, left } from "./print-rows.ts";

type Detail = Readonly<Record<string, unknown>>;

/** An event of the history as JSON output has it. */
export interface AlertRecord {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly detail_type: string;
  readonly detail: Detail;
}

export function alertRecord(event: OutgoingEvent): AlertRecord {
  return {
    id: event.id,
    time: toIso(event.time),
    detail_type: event.detailType,
    detail: { ...event.detail },
  };
}

/** A line an event: its sentence names the task and says the rest. */
export function alertLayout(io: Io): Layout<AlertRecord> {
  return {
    columns: [left("TIME"), left("STATE"), left("WHAT")],
    toRow: (record) => {
      const state = textOf(record.detail.state) ?? NONE;
      return [record.time, paintStatus(io, state), sentenceOf(record).replace(`${state}: `, "")];
    },
    whenEmpty: "No alerts.",
  };
}

function sentenceOf({ detail, detail_type }: AlertRecord): string {
  const { problems, summary } = detail;
  const because = Array.isArray(problems) ? `: ${problems.join("; ")}` : "";
  return textOf(summary) ?? `${detail_type}${because}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
