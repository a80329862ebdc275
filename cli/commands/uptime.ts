import {
  type Overview,
  readBelowTimes,
  readOverview,
  readUptime,
  type StatusTime,
} from "../../functions/history/history.ts";
import { DAY_MS, type DurationMs } from "../../shared/units.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { choiceOption, durationOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { withColumns } from "../show/optional-columns.ts";
import { unknownNames } from "../show/print-overview.ts";
import { CSV_OPTION, printRows } from "../show/print-rows.ts";
import {
  leastFirst,
  UPTIME_COLUMNS,
  UPTIME_FIELDS,
  UPTIME_LAYOUT,
  type UptimeRow,
  uptimeRecord,
} from "../show/uptime-rows.ts";

const DEFAULT_PERIOD_MS = 30 * DAY_MS;
const LONGEST_PERIOD_MS = 90 * DAY_MS;

/** `synfleet uptime`: the share of time in which tasks were not CRITICAL. */
export const uptime: Command = {
  argCount: { min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    period: {
      type: "string",
      value: "30d",
      about: "How far back: 90s, 15m, 2h or 7d (default 30d, at most 90d).",
    },
    by: {
      type: "string",
      value: "task|group",
      about: "A row a task (default), or a row a target_id.",
    },
    json: { type: "boolean", about: "Print JSON lines, one object a row." },
    ...CSV_OPTION,
    ...FLEET_OPTIONS,
  },
  notes: [
    "UPTIME is the time in OK and WARNING, of that in OK, WARNING and CRITICAL: NO_DATA and maintenance count for nothing and are shown apart. A maintenance is no other state. It follows from the present states and the stored alerts: a task without an alert has been as it is.",
    "TARGET is a task's sla_percent. BUDGET LEFT is how long the task may still be CRITICAL, of the time in OK, WARNING and CRITICAL so far.",
    "With --by group the times of a group's tasks are added, so that its uptime is the average over them. TOO FEW is how long fewer of its targets were healthy than its min_healthy, or none without one: a target is not healthy while a task of it is CRITICAL or has no data, in maintenance too.",
    "Exit codes: 0 fine; 1 a task misses its sla_percent, or there is no such task; 3 failed.",
  ],
  run: async (call) => {
    const by = choiceOption(call, "by", ["task", "group"]) ?? "task";
    const periodMs = durationOption(call, "period") ?? DEFAULT_PERIOD_MS;
    if (periodMs > LONGEST_PERIOD_MS) throw new UsageError("--period must be at most 90d.");
    const read = await readTimes(call, periodMs, by === "group");
    const unknown = unknownNames(call, read.overview);
    for (const sentence of unknown) call.io.error(sentence);
    const rows = by === "group" ? groupRows(read) : taskRows(read);
    const records = rows.map(uptimeRecord).sort(leastFirst);
    const layout = withColumns(UPTIME_LAYOUT, records, UPTIME_COLUMNS);
    printRows(call, records, { ...layout, csv: { fields: UPTIME_FIELDS } });
    const isMissed = records.some(({ budget_left_minutes: left }) => left !== null && left < 0);
    return isMissed || unknown.length > 0 ? EXIT.no : EXIT.fine;
  },
};

/** What was read for all rows. */
interface Read {
  readonly overview: Overview;
  readonly times: ReadonlyMap<string, StatusTime>;
  /** How long too few targets of a group were healthy, by `target_id`. */
  readonly below: ReadonlyMap<string, DurationMs>;
}

function taskRows({ overview, times }: Read): UptimeRow[] {
  return overview.tasks.flatMap(({ name, slaPercent }) => {
    const time = times.get(name);
    return time === undefined ? [] : [{ name, times: [time], slaPercent, belowMs: null }];
  });
}

function groupRows({ overview, times, below }: Read): UptimeRow[] {
  const groups = new Map<string, StatusTime[]>();
  for (const { name, targetId } of overview.tasks) {
    const time = times.get(name);
    if (time !== undefined && targetId !== null)
      groups.set(targetId, [...(groups.get(targetId) ?? []), time]);
  }
  return [...groups].map(([name, own]) => ({
    ...{ name, times: own, slaPercent: null },
    belowMs: below.get(name) ?? null,
  }));
}

async function readTimes(call: Call, periodMs: DurationMs, isByGroup: boolean): Promise<Read> {
  const nowMs = call.io.now();
  const names = new Set(call.args);
  return withFleet(call, async (open) => {
    const history = openHistory(open);
    const overview = await readOverview(history, nowMs);
    const running = overview.tasks.filter(({ status }) => status !== null);
    const tasks = running.filter(({ name }) => names.size === 0 || names.has(name));
    const span = { fromMs: nowMs - periodMs, toMs: nowMs, nowMs };
    const [times, below] = await Promise.all([
      readUptime(history, { tasks, ...span }),
      isByGroup
        ? readBelowTimes(history, { groups: overview.groups, tasks: running, ...span })
        : new Map<string, DurationMs>(),
    ]);
    return { overview, times, below };
  });
}
