import type { GroupStatus, TaskCertificate } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { daysLeft } from "../../shared/summary/summary.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { paint } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import type { Call } from "../command/command.ts";
import { NONE } from "./figures.ts";
import { type OptionalColumn, withColumns } from "./optional-columns.ts";
import { type Layout, printTable } from "./print-rows.ts";

/** A group as JSON output has it. */
export function groupRecord({ targetId, minHealthy, belowSinceMs, ...targets }: GroupStatus) {
  const { healthy, unhealthy } = targets;
  return {
    target_id: targetId,
    healthy_count: healthy.length,
    total_count: healthy.length + unhealthy.length,
    min_healthy: minHealthy,
    below_since: belowSinceMs === null ? null : toIso(belowSinceMs),
    healthy,
    unhealthy,
  };
}

/** The table of groups. */
export const GROUP_LAYOUT: Layout<GroupStatus> = {
  columns: [left("GROUP"), right("HEALTHY"), right("OF"), right("LEAST"), left("TOO FEW SINCE")],
  toRow: ({ targetId, healthy, unhealthy, minHealthy, belowSinceMs }) => [
    escapeUnprintable(targetId),
    `${healthy.length}`,
    `${healthy.length + unhealthy.length}`,
    `${minHealthy ?? NONE}`,
    belowSinceMs === null ? NONE : toIso(belowSinceMs),
  ],
  whenEmpty: "",
};

interface TargetRow {
  readonly host: string;
  readonly word: "healthy" | "unhealthy";
}

/** Prints the targets of a group, one row each. */
export function printTargets(
  call: Call,
  { healthy, unhealthy }: GroupStatus,
  certificates: readonly TaskCertificate[],
): void {
  const rows: TargetRow[] = [
    ...healthy.map((host) => ({ host, word: "healthy" }) as const),
    ...unhealthy.map((host) => ({ host, word: "unhealthy" }) as const),
  ];
  const layout: Layout<TargetRow> = {
    columns: [left("TARGET"), left("HEALTH")],
    toRow: ({ host, word }) => [
      escapeUnprintable(host),
      paint(word, word === "healthy" ? "green" : "red", call.io.colours),
    ],
    whenEmpty: "",
  };
  printTable(
    call,
    rows,
    withColumns(layout, rows, [certificateColumn(certificates, call.io.now())]),
  );
}

/** The certificate of a target that ends first. */
function certificateColumn(
  certificates: readonly TaskCertificate[],
  nowMs: EpochMs,
): OptionalColumn<TargetRow> {
  return {
    ...right("CERT DAYS"),
    cell: (row) => {
      const own = certificates.find(({ host }) => host === row.host);
      return own === undefined ? null : `${daysLeft(own.untilMs, nowMs)}`;
    },
  };
}
