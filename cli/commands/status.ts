import {
  type FleetStatus,
  type GroupStatus,
  type PlannedTasks,
  readPlanned,
  readStatus,
  type TaskCertificate,
} from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { daysLeft } from "../../shared/summary/summary.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, toIso } from "../../shared/units.ts";
import { paint, statusColour } from "../../terminal/paint.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHistory, openHome } from "../fleet/open-stores.ts";
import { NONE } from "../show/figures.ts";
import { type OptionalColumn, withColumns } from "../show/optional-columns.ts";
import { type Layout, printRows } from "../show/print-rows.ts";
import { certificateRecords, printCertificates } from "../show/task-certificates.ts";
import { warnOfUnread } from "../show/unread-regions.ts";

/** Older judgements are said to be old. */
const OLD_MS: DurationMs = 5 * MINUTE_MS;

/** `synfleet status`: how the tasks stand now, and which targets of each group are healthy. */
export const status: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    group: {
      type: "string",
      value: "ID",
      about: "The targets of the tasks with that target_id, one row each.",
    },
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "A target is healthy if no incident of its tasks is open and they have data. With --group and --json the object has healthy and unhealthy, lists of host:port.",
    "judged_to is the end of the newest judged minute: older than five minutes, it is said on standard error.",
    "Exit codes: 0 fine, 1 there is no such group, 3 failed, or a region's plan can't be read.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const { status: found, unread } = await readOpen(open);
      warnOfAge(call, found);
      warnOfUnread(call.io, unread, "tasks are those of the other regions");
      const isFound = print(call, found, textOption(call, "group"));
      if (!isFound) return EXIT.no;
      return unread.length > 0 ? EXIT.failed : EXIT.fine;
    }),
};

async function readOpen(
  open: OpenFleet,
): Promise<Pick<PlannedTasks, "unread"> & { readonly status: FleetStatus }> {
  const { tasks, unread } = await readPlanned(openHistory(open));
  const planned = [...tasks.values()].flatMap((places) => [...places.values()].slice(0, 1));
  return { status: await readStatus(openHome(open), planned), unread };
}

function warnOfAge({ io }: Call, { judgedToMs }: FleetStatus): void {
  if (judgedToMs === null) {
    io.error("No minute was judged yet.");
    return;
  }
  const ageMs = io.now() - judgedToMs;
  if (ageMs <= OLD_MS) return;
  const minutes = Math.floor(ageMs / MINUTE_MS);
  io.error(
    `This is how it was at ${toIso(judgedToMs)}, ${minutes} min ago: nothing newer was judged.`,
  );
}

/** False if there is no such group. */
function print(call: Call, found: FleetStatus, id: string | null): boolean {
  if (id === null) {
    if (flagOption(call, "json"))
      call.io.out(
        JSON.stringify({ ...statusRecord(found), ...certificateRecords(found, call.io.now()) }),
      );
    else printOverview(call, found);
    return true;
  }
  const group = found.groups.find(({ targetId }) => targetId === id);
  if (group === undefined) {
    call.io.error(`No planned task has the target_id "${escapeUnprintable(id)}".`);
    return false;
  }
  const judged = { judged_to: isoOf(found.judgedToMs) };
  if (flagOption(call, "json")) call.io.out(JSON.stringify({ ...groupRecord(group), ...judged }));
  else printTargets(call, group, found.certificates);
  return true;
}

function statusRecord({ judgedToMs, taskCounts, impaired, groups }: FleetStatus) {
  return {
    judged_to: isoOf(judgedToMs),
    tasks_by_state: taskCounts,
    impaired_regions: impaired.map(({ region, sinceMs }) => ({ region, since: toIso(sinceMs) })),
    groups: groups.map(groupRecord),
  };
}

function groupRecord({ targetId, minHealthy, belowSinceMs, ...targets }: GroupStatus) {
  const { healthy, unhealthy } = targets;
  return {
    target_id: targetId,
    healthy_count: healthy.length,
    total_count: healthy.length + unhealthy.length,
    min_healthy: minHealthy,
    below_since: isoOf(belowSinceMs),
    healthy,
    unhealthy,
  };
}

function isoOf(atMs: number | null): string | null {
  return atMs === null ? null : toIso(atMs);
}

function printOverview(call: Call, { taskCounts, impaired, ...found }: FleetStatus): void {
  const { groups, certificates } = found;
  printRows(call, Object.entries(taskCounts), {
    columns: [left("STATE"), right("TASKS")],
    toRow: ([state, count]) => [paint(state, statusColour(state), call.io.colours), `${count}`],
    whenEmpty: "",
  });
  for (const { region, sinceMs } of impaired) {
    call.io.out(`${region} does not vote since ${toIso(sinceMs)}: its own network fails.`);
  }
  printCertificates(call, certificates);
  if (groups.length === 0) return;
  call.io.out("");
  printRows(call, groups, {
    columns: [left("GROUP"), right("HEALTHY"), right("OF"), right("LEAST"), left("TOO FEW SINCE")],
    toRow: ({ targetId, healthy, unhealthy, minHealthy, belowSinceMs }) => [
      escapeUnprintable(targetId),
      `${healthy.length}`,
      `${healthy.length + unhealthy.length}`,
      `${minHealthy ?? NONE}`,
      isoOf(belowSinceMs) ?? NONE,
    ],
    whenEmpty: "",
  });
}

interface TargetRow {
  readonly host: string;
  readonly word: "healthy" | "unhealthy";
}

function printTargets(
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
  printRows(
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
