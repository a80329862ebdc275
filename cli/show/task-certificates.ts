import type { FleetStatus } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { daysLeft } from "../../shared/summary/summary.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { left, right } from "../../terminal/table.ts";
import type { Call } from "../command/command.ts";
import { printRows } from "./print-rows.ts";

/** More certificates are not shown in a table: those that end first are. */
const SHOWN = 10;

type Certificates = FleetStatus["certificates"];

/** The certificates of all tasks that have one, as a field of a record; none without one. */
export function certificateRecords(
  { certificates }: Pick<FleetStatus, "certificates">,
  nowMs: EpochMs,
) {
  if (certificates.length === 0) return {};
  return {
    certificates: certificates.map(({ taskName, host, untilMs }) => ({
      task_name: taskName,
      host,
      certificate_expires_at: toIso(untilMs),
      certificate_days_left: daysLeft(untilMs, nowMs),
    })),
  };
}

/** Prints the certificates that end first as a table; nothing without one. */
export function printCertificates(call: Call, certificates: Certificates): void {
  if (certificates.length === 0) return;
  call.io.out("");
  printRows(call, certificates.slice(0, SHOWN), {
    columns: [left("CERTIFICATE OF"), left("TARGET"), left("ENDS"), right("DAYS")],
    toRow: ({ taskName, host, untilMs }) => [
      escapeUnprintable(taskName),
      escapeUnprintable(host),
      toIso(untilMs).slice(0, 10),
      `${daysLeft(untilMs, call.io.now())}`,
    ],
    whenEmpty: "",
  });
  if (certificates.length > SHOWN) call.io.out(`and ${certificates.length - SHOWN} more later.`);
}
