import { type ResultPage, readResults } from "../../functions/history/history.ts";
import type { RawMetricTcp } from "../../shared/result/result.ts";
import { showCount } from "../../terminal/count.ts";
import { paint } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { RESULT_COLUMNS } from "../show/deep-columns.ts";
import { NONE, showMs } from "../show/figures.ts";
import { withColumns } from "../show/optional-columns.ts";
import { type Layout, printRows } from "../show/print-rows.ts";
import {
  ROW_OPTIONS,
  regionOption,
  rowNote,
  rowQueryOf,
  UNKNOWN_NOTE,
} from "../show/row-options.ts";
import { warnOfUnread } from "../show/unread-regions.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

/** Results are read hour by hour: an empty history costs 24 queries for each of these days. */
const LOOK_BACK_DAYS = 7;

/** `synfleet results`: the last checks of a task. */
export const results: Command = {
  argCount: { min: 1, max: 1 },
  options: {
    ...ROW_OPTIONS,
    region: { type: "string", value: "REGION", about: "Checks from that region only." },
    ...FLEET_OPTIONS,
  },
  notes: [
    rowNote(LOOK_BACK_DAYS),
    "The JSON objects have the fields of raw_metric_tcp.",
    "A recheck is a check between slots because of a failure: it is in no figure.",
    UNKNOWN_NOTE,
    "If a region can't be read, the rows of the others are printed, and the exit code is 3.",
  ],
  run: async (call) => {
    const [taskName = ""] = call.args;
    const query = { taskName, ...rowQueryOf(call, LOOK_BACK_DAYS) };
    const { page, unknown } = await withFleet(call, async (open) => {
      const region = regionOption(call, open.fleet);
      const found = await readResults(openHistory(open), { ...query, region });
      const isKnown = found.rows.length > 0 || found.unread.length > 0;
      return { page: found, unknown: isKnown ? null : await explainUnknown(open, taskName) };
    });
    if (unknown !== null) call.io.error(unknown);
    else printResults(call, page.rows.toReversed());
    warnOfDamage(call, page);
    warnOfNewer(call, page);
    warnOfUnread(call.io, page.unread, "its rows are missing");
    if (page.unread.length > 0) return EXIT.failed;
    return unknown === null ? EXIT.fine : EXIT.no;
  },
};

function printResults(call: Call, rows: readonly RawMetricTcp[]): void {
  const layout: Layout<RawMetricTcp> = {
    columns: [
      left("SCHEDULED"),
      left("REGION"),
      left("RESULT"),
      right("CONNECT"),
      right("DNS"),
      left("ADDRESS"),
      left("ERROR"),
    ],
    toRow: (row) => [
      row.scheduled_at,
      row.region,
      paint(showResult(row), row.success ? "green" : "red", call.io.colours),
      showMs(row.connect_time_ms),
      showMs(row.dns_time_ms),
      row.address ?? NONE,
      row.error ?? NONE,
    ],
    whenEmpty: `No results of "${call.args[0]}".`,
  };
  printRows(call, rows, withColumns(layout, rows, RESULT_COLUMNS));
}

function showResult({ success, recheck }: RawMetricTcp): string {
  return `${success ? "passed" : "failed"}${recheck ? ", recheck" : ""}`;
}

function warnOfDamage({ io }: Call, { damaged }: ResultPage): void {
  if (damaged.length === 0) return;
  const items = damaged.map(({ region, key, reason }) => `${region} ${key}: ${reason}`);
  io.error(`${showCount(damaged.length, "stored item")} could not be read, rows may be missing:`);
  for (const item of items) io.error(`  ${item}`);
}

function warnOfNewer({ io }: Call, { notUnderstood }: ResultPage): void {
  if (notUnderstood.length === 0) return;
  io.error(
    "A newer version wrote samples of this task or of others that can't be fully understood:",
  );
  for (const { region, sampleCount } of notUnderstood) {
    io.error(`  ${region}: ${showCount(sampleCount, "sample")}`);
  }
}
