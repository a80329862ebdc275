import { type ResultPage, readResults } from "../../functions/history/history.ts";
import { inParallel } from "../../functions/in-parallel.ts";
import type { RawMetricTcp } from "../../shared/result/result.ts";
import { showCount } from "../../terminal/count.ts";
import { paint } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { NOTE_COLUMN, RESULT_COLUMNS, TASK_COLUMN } from "../show/deep-columns.ts";
import { NONE, showMs } from "../show/figures.ts";
import { withColumns } from "../show/optional-columns.ts";
import { CSV_OPTION, type Layout, printRows } from "../show/print-rows.ts";
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

const TASKS_AT_ONCE = 4;

/** `synfleet results`: the last checks of a task. */
export const results: Command = {
  argCount: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    ...ROW_OPTIONS,
    ...CSV_OPTION,
    region: { type: "string", value: "REGION", about: "Checks from that region only." },
    ...FLEET_OPTIONS,
  },
  notes: [
    rowNote(LOOK_BACK_DAYS),
    "The JSON objects have the fields of raw_metric_tcp.",
    "NOTE tells of checks between slots (recheck), of the attempt that a result is of, of the addresses of address_mode any or each that were not open, of SYNs that were sent again, of times that a stall of the probe makes uncertain, and of faults of the fleet itself. With several tasks, --limit is for each.",
    "A recheck is a check between slots because of a failure: it is in no figure.",
    UNKNOWN_NOTE,
    "If a region can't be read, the rows of the others are printed, and the exit code is 3.",
  ],
  run: async (call) => {
    const rowQuery = rowQueryOf(call, LOOK_BACK_DAYS);
    const found = await withFleet(call, async (open) => {
      const region = regionOption(call, open.fleet);
      return inParallel([...new Set(call.args)], TASKS_AT_ONCE, async (taskName) => {
        const page = await readResults(openHistory(open), { taskName, ...rowQuery, region });
        const isKnown = page.rows.length > 0 || page.unread.length > 0;
        return { page, unknown: isKnown ? null : await explainUnknown(open, taskName) };
      });
    });
    const unknown = found.flatMap((one) => one.unknown ?? []);
    for (const sentence of unknown) call.io.error(sentence);
    if (unknown.length < found.length)
      printResults(
        call,
        found.map(({ page }) => page),
      );
    for (const { page } of found) {
      warnOfDamage(call, page);
      warnOfNewer(call, page);
    }
    const unread = found.flatMap(({ page }) => page.unread);
    const [once] = found.filter(({ page }) => page.unread.length > 0);
    warnOfUnread(call.io, once?.page.unread ?? [], "its rows are missing");
    if (unread.length > 0) return EXIT.failed;
    return unknown.length === 0 ? EXIT.fine : EXIT.no;
  },
};

function printResults(call: Call, pages: readonly ResultPage[]): void {
  const rows = pages.flatMap((page) => page.rows).toSorted(byTime);
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
    whenEmpty: `No results of ${call.args.map((name) => `"${name}"`).join(", ")}.`,
  };
  const more = [...(pages.length > 1 ? [TASK_COLUMN] : []), ...RESULT_COLUMNS, NOTE_COLUMN];
  printRows(call, rows, {
    ...withColumns(layout, rows, more),
    csv: { fields: ["id", "task_name", "timestamp"] },
  });
}

/** The newest last; of one instant, by region. */
function byTime(a: RawMetricTcp, b: RawMetricTcp): number {
  if (a.scheduled_at !== b.scheduled_at) return a.scheduled_at < b.scheduled_at ? -1 : 1;
  return a.region < b.region ? 1 : -1;
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
