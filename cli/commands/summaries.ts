import { readSummaries, type SummaryRow } from "../../functions/history/history.ts";
import { inParallel } from "../../functions/in-parallel.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, toIso } from "../../shared/units.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { choiceOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { SUMMARY_COLUMNS, TASK_COLUMN } from "../show/deep-columns.ts";
import { NONE, showMs, showPercent } from "../show/figures.ts";
import { withColumns } from "../show/optional-columns.ts";
import { CSV_OPTION, type Layout, printRows } from "../show/print-rows.ts";
import {
  ROW_OPTIONS,
  regionOption,
  rowNote,
  rowQueryOf,
  UNKNOWN_NOTE,
} from "../show/row-options.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

const LOOK_BACK_DAYS = 30;

const TASKS_AT_ONCE = 4;

const STEPS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS } as const;

/** `synfleet summaries`: the last minutes of tasks. */
export const summaries: Command = {
  argCount: { min: 1, max: Number.POSITIVE_INFINITY },
  options: {
    ...ROW_OPTIONS,
    ...CSV_OPTION,
    step: {
      type: "string",
      value: "minute|hour|day",
      about: "How long a row's period is (default minute).",
    },
    region: {
      type: "string",
      value: "REGION",
      about: "The figures of that region instead of those of all.",
    },
    ...FLEET_OPTIONS,
  },
  notes: [
    rowNote(LOOK_BACK_DAYS),
    "The JSON objects have the fields of agg_metric_tcp, and in regions the same figures for each region. With --region they have that region's figures in the place of the overall ones.",
    "With several tasks, --limit is for each. RETRIED counts checks that passed after attempts that failed; +ADDRESS and -ADDRESS are addresses that a name had or had no more. Columns and fields of TLS, dialogues and certificates are there if a check had them.",
    UNKNOWN_NOTE,
  ],
  run: async (call) => {
    const stepMs = STEPS[choiceOption(call, "step", ["minute", "hour", "day"]) ?? "minute"];
    const query = { stepMs, ...rowQueryOf(call, LOOK_BACK_DAYS) };
    const found = await withFleet(call, async (open) => {
      const region = regionOption(call, open.fleet);
      return inParallel([...new Set(call.args)], TASKS_AT_ONCE, async (taskName) => {
        const rows = await readSummaries(openHistory(open), { taskName, ...query, region });
        return { rows, unknown: rows.length > 0 ? null : await explainUnknown(open, taskName) };
      });
    });
    const unknown = found.flatMap((one) => one.unknown ?? []);
    for (const sentence of unknown) call.io.error(sentence);
    if (unknown.length < found.length)
      printSummaries(call, found.flatMap(({ rows }) => rows.toReversed()).toSorted(byPeriod));
    return unknown.length === 0 ? EXIT.fine : EXIT.no;
  },
};

/** The newest last; the rows of one period in the order in which their tasks were named. */
function byPeriod(a: SummaryRow, b: SummaryRow): number {
  return a.period_start - b.period_start;
}

function printSummaries(call: Call, rows: readonly SummaryRow[]): void {
  const layout: Layout<SummaryRow> = {
    columns: [
      left("FROM"),
      right("CHECKS"),
      right("FAILED"),
      right("MISSED"),
      right("AVG"),
      right("P95"),
      right("MAX"),
      left("WHY"),
    ],
    toRow: (row) => [
      toIso(row.period_start * SECOND_MS),
      `${row.sample_count}`,
      showPercent(row.failure_percent),
      `${row.missed}`,
      showMs(row.avg_connect_time_ms),
      showMs(row.p95_connect_time_ms),
      showMs(row.max_connect_time_ms),
      whyOf(row),
    ],
    whenEmpty: `No summaries of ${call.args.map((name) => `"${name}"`).join(", ")}.`,
  };
  const csv = { fields: ["task_name", "period_start", "period_end"] };
  const more = [...(call.args.length > 1 ? [TASK_COLUMN] : []), ...SUMMARY_COLUMNS];
  printRows(call, rows, { ...withColumns(layout, rows, more), csv });
}

function whyOf(row: SummaryRow): string {
  const { failures_by_kind, loss_percent, complete, missing_regions } = row;
  const kinds = Object.entries(failures_by_kind).map(([kind, count]) => `${kind} ${count}`);
  const missing = missing_regions.map((region) => `${region} missing`);
  const open = complete || missing.length > 0 ? [] : ["incomplete"];
  const loss =
    loss_percent === null || loss_percent === 0 ? [] : [`loss ${showPercent(loss_percent)}`];
  const { addresses_appeared: appeared = [], addresses_left: gone = [] } = row;
  const moved = [...appeared.map((each) => `+${each}`), ...gone.map((each) => `-${each}`)];
  const reasons = [...kinds, ...loss, ...moved, ...missing, ...open];
  return reasons.length === 0 ? NONE : reasons.join(", ");
}
