import type { SummaryRow } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import type { RawMetricTcp } from "../../shared/result/result.ts";
import { showCount } from "../../terminal/count.ts";
import { left, right } from "../../terminal/table.ts";
import { showMs } from "./figures.ts";
import type { OptionalColumn } from "./optional-columns.ts";

/** Columns of summaries of checks beyond a handshake. */
export const SUMMARY_COLUMNS: readonly OptionalColumn<SummaryRow>[] = [
  { ...right("TLS"), cell: (row) => timeOrNull(row.avg_tls_time_ms) },
  { ...right("DIALOGUE"), cell: (row) => timeOrNull(row.avg_dialogue_time_ms) },
  { ...right("RETRIED"), cell: (row) => countOrNull(row.recovered_by_retry) },
  { ...right("SENT"), cell: (row) => countOrNull(row.bytes_sent) },
  { ...right("RECEIVED"), cell: (row) => countOrNull(row.bytes_received) },
  { ...right("CERT DAYS"), cell: (row) => daysOrNull(row.certificate_days_left) },
];

/** Columns of results of checks beyond a handshake. */
export const RESULT_COLUMNS: readonly OptionalColumn<RawMetricTcp>[] = [
  { ...right("TLS"), cell: (row) => timeOrNull(row.tls_time_ms) },
  { ...right("DIALOGUE"), cell: (row) => timeOrNull(row.dialogue_time_ms) },
  { ...right("HELD"), cell: (row) => timeOrNull(row.held_ms) },
  { ...right("ATTEMPTS"), cell: ({ attempts }) => (attempts > 1 ? `${attempts}` : null) },
  { ...left("PHASE"), cell: ({ failed_phase: phase }) => (isLater(phase) ? phase : null) },
];

/**
 * What makes a row odd: a check between slots, an attempt after the first, several addresses, SYNs that
 * were sent again, a stalled probe, a fault of the fleet itself.
 */
export const NOTE_COLUMN: OptionalColumn<RawMetricTcp> = {
  ...left("NOTE"),
  cell: (row) => {
    const { syn_retransmits: repeated, suspect, error_kind, error_code, closed_by_peer } = row;
    const notes = [
      ...(row.recheck ? ["recheck"] : []),
      ...(row.attempts > 1 ? [`attempt ${row.attempts}`] : []),
      ...(row.reconnects > 0 ? [`reconnected ×${row.reconnects}`] : []),
      ...addressNotes(row),
      ...(repeated > 0 ? [`SYN repeated ×${repeated}`] : []),
      ...(suspect ? ["suspect time"] : []),
      ...(error_kind === "internal" ? [`internal: ${error_code ?? "no code"}`] : []),
      ...(closed_by_peer ? ["closed by the peer"] : []),
    ];
    return notes.length === 0 ? null : notes.join(", ");
  },
};

/** With `address_mode` `any` or `each`, the other addresses of a name are in the detail. */
function addressNotes({ detail }: RawMetricTcp): string[] {
  const addresses: unknown = detail?.addresses;
  if (!Array.isArray(addresses) || addresses.length === 0) return [];
  const failed = addresses.filter((one) => Object(one).outcome !== "open").length;
  return [`${failed} of ${showCount(addresses.length, "address", "addresses")} not open`];
}

/** The task of a row, for rows of several. */
export const TASK_COLUMN: OptionalColumn<{ readonly task_name: string }> = {
  ...left("TASK"),
  cell: ({ task_name }) => escapeUnprintable(task_name),
};

/** A plain check fails in one of the first two phases, so they need no column. */
function isLater(phase: RawMetricTcp["failed_phase"]): boolean {
  return phase !== "resolve" && phase !== "connect";
}

function timeOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : showMs(ms);
}

function countOrNull(count: number | undefined): string | null {
  return count === undefined || count === 0 ? null : `${count}`;
}

function daysOrNull(days: number | null | undefined): string | null {
  return days === null || days === undefined ? null : `${days}`;
}
