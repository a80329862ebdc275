import { type Overview, type OverviewTask, readOverview } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { toIso } from "../../shared/units.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { flagOption, numberOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { groupRecord, printTargets } from "../show/group-rows.ts";
import { FILTER_OPTIONS, taskFilter } from "../show/overview-filter.ts";
import { TASK_FIELDS, taskRecord } from "../show/overview-rows.ts";
import { overviewLines, troubleRecord, unknownNames, warnOfAge } from "../show/print-overview.ts";
import { CSV_OPTION, printRecords, wantsRecords } from "../show/print-rows.ts";
import { certificateRecords, printCertificates } from "../show/task-certificates.ts";
import { warnOfUnread } from "../show/unread-regions.ts";

/** `synfleet status`: how every task stands now, the worst first. */
export const status: Command = {
  argCount: { min: 0, max: Number.POSITIVE_INFINITY },
  options: {
    ...FILTER_OPTIONS,
    group: {
      type: "string",
      value: "ID",
      about: "The targets of the tasks with that target_id, one row each.",
    },
    limit: { type: "string", value: "N", about: "The first N rows of the table (default all)." },
    json: { type: "boolean", about: "Print one JSON object." },
    ...CSV_OPTION,
    ...FLEET_OPTIONS,
  },
  notes: [
    "The worst tasks come first. FOR is how long a task has its state, DOWN IN the regions that find it down, of those that check it, 24 H the share of the last 24 hours in which it was not CRITICAL; NO_DATA and maintenance do not count. A task that does not run is waiting (for the next plan), disabled or rejected; held are the tasks whose alerts somebody holds.",
    "A target is healthy if no incident of its tasks is open and they have data. With --group and --json the object has healthy and unhealthy, lists of host:port.",
    "judged_to is the end of the newest judged minute: older than five minutes, it is said on standard error.",
    "Exit codes: 0 fine; 1 a task that is shown is CRITICAL, or there is no such task or group (with --group, nothing else); 3 failed, or a region's plan can't be read.",
  ],
  run: async (call) => {
    const limit = numberOption(call, "limit", { min: 1, max: 100_000 });
    const nowMs = call.io.now();
    const overview = await withFleet(call, (open) => readOverview(openHistory(open), nowMs));
    const wanted = taskFilter(call, overview);
    const tasks = overview.tasks.filter(wanted);
    warnOfAge(call.io, overview);
    warnOfUnread(call.io, overview.unread, "tasks are those of the other regions");
    const group = textOption(call, "group");
    const answer =
      group === null
        ? printTasks(call, overview, { tasks, limit: limit ?? tasks.length })
        : printGroup(call, overview, group);
    return overview.unread.length > 0 ? EXIT.failed : answer;
  },
};

interface Shown {
  readonly tasks: readonly OverviewTask[];
  readonly limit: number;
}

function printTasks(call: Call, overview: Overview, { tasks, limit }: Shown): ExitCode {
  const { io } = call;
  const unknown = unknownNames(call, overview);
  for (const sentence of unknown) io.error(sentence);
  if (wantsRecords(call)) printAsRecords(call, overview, tasks);
  else {
    const sight = { tasks, limit, nowMs: io.now(), colours: io.colours };
    for (const line of overviewLines(overview, sight)) io.out(line);
    printCertificates(call, overview.certificates);
  }
  const isDown = tasks.some((task) => task.status === "CRITICAL");
  return isDown || unknown.length > 0 ? EXIT.no : EXIT.fine;
}

function printAsRecords(call: Call, overview: Overview, tasks: readonly OverviewTask[]): void {
  const records = tasks.map(taskRecord);
  if (flagOption(call, "csv")) {
    printRecords(call, records, { fields: TASK_FIELDS });
    return;
  }
  const { judgedToMs, taskCounts, impaired, troubles, groups } = overview;
  const record = {
    judged_to: isoOf(judgedToMs),
    tasks_by_state: taskCounts,
    impaired_regions: impaired.map(({ region, sinceMs }) => ({ region, since: toIso(sinceMs) })),
    troubles: troubles.map(troubleRecord),
    groups: groups.map(groupRecord),
    ...certificateRecords(overview, call.io.now()),
    tasks: records,
  };
  call.io.out(JSON.stringify(record));
}

function printGroup(call: Call, overview: Overview, id: string): ExitCode {
  const group = overview.groups.find(({ targetId }) => targetId === id);
  if (group === undefined) {
    call.io.error(`No planned task has the target_id "${escapeUnprintable(id)}".`);
    return EXIT.no;
  }
  const judged = { judged_to: isoOf(overview.judgedToMs) };
  if (wantsRecords(call))
    printRecords(call, [{ ...groupRecord(group), ...judged }], { fields: [] });
  else printTargets(call, group, overview.certificates);
  return EXIT.fine;
}

function isoOf(atMs: number | null): string | null {
  return atMs === null ? null : toIso(atMs);
}
