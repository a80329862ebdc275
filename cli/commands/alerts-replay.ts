import {
  type ReplayedIncident,
  readMinutes,
  replayTask,
  type TaskMinute,
} from "../../functions/replay/replay.ts";
import { type AlertPolicy, alertPolicy } from "../../shared/health/rules/rules.ts";
import type { Task } from "../../shared/task/task.ts";
import {
  DAY_MS,
  type EpochMs,
  MINUTE_MS,
  SECOND_MS,
  startOfMinute,
  toIso,
} from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { left, right } from "../../terminal/table.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, sinceOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { otherPolicyOf, policyOf, readDefaults, WITH_OPTION } from "../replay/policies.ts";
import { printRows } from "../show/print-rows.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

const LOOK_BACK_DAYS = 30;

/** Every hour of the span is looked for, also where nothing is stored. */
const MAX_LOOK_BACK_DAYS = 3_650;

/** Two policies saw the same outage if their incidents come within this of each other. */
const SAME_OUTAGE_MS = 10 * MINUTE_MS;

/** `synfleet alerts replay`: what a policy would have sent. */
export const alertsReplay: Command = {
  argCount: { min: 0, max: 1 },
  options: {
    from: { type: "string", value: "WHEN", about: "From then: an age (1h, 30d) or an ISO time." },
    to: { type: "string", value: "WHEN", about: "Up to then (default now)." },
    ...WITH_OPTION,
    json: { type: "boolean", about: "Print JSON lines, one object an incident." },
    ...FLEET_OPTIONS,
  },
  notes: [
    `Without --from, the last ${LOOK_BACK_DAYS} days are judged again, as far as results are stored.`,
    "An incident is a page. `both` policies send it, only the one that is `now` in force, or only the one `with` your fields. It does not know maintenance and silences, nor whether the target was down.",
    "Exit codes: 0 fine; 1 nothing is known of the task, 3 failed.",
  ],
  run: (call) => {
    const other = otherPolicyOf(call);
    const fromMs = sinceOption(call, "from") ?? call.io.now() - LOOK_BACK_DAYS * DAY_MS;
    const untilMs = sinceOption(call, "to") ?? call.io.now();
    assertSpan({ fromMs, untilMs }, call.io.now());
    const taskName = call.args[0] ?? null;
    return withFleet(call, async (open) => {
      const minutes = await collectMinutes(call, open, { fromMs, untilMs, taskName });
      if (taskName !== null && !minutes.has(taskName)) {
        call.io.error((await explainUnknown(open, taskName)) ?? "No result of it is stored.");
        return EXIT.no;
      }
      const defaults = await readDefaults(open);
      const rows = [...minutes.values()].flatMap(({ task, all }) => {
        const now = policyOf(task, defaults);
        const changed = other === null ? null : alertPolicy(now, other.overrides);
        return compare(task, all, { now, changed });
      });
      rows.sort((a, b) => (a.opened_at < b.opened_at ? -1 : 1));
      printIncidents(call, rows, { label: other?.label ?? null, fromMs, untilMs });
      return EXIT.fine;
    });
  },
};

function assertSpan(span: { fromMs: EpochMs; untilMs: EpochMs }, nowMs: EpochMs): void {
  if (span.fromMs >= span.untilMs) throw new UsageError("--from must be before --to.");
  if (nowMs - span.fromMs <= MAX_LOOK_BACK_DAYS * DAY_MS) return;
  throw new UsageError(`--from must be at most ${MAX_LOOK_BACK_DAYS} days ago.`);
}

interface StoredTask {
  task: Task;
  readonly all: TaskMinute[];
}

async function collectMinutes(
  call: Call,
  open: OpenFleet,
  query: { fromMs: EpochMs; untilMs: EpochMs; taskName: string | null },
): Promise<Map<string, StoredTask>> {
  const found = new Map<string, StoredTask>();
  let readToMs = startOfMinute(query.fromMs);
  let saidMs = call.io.now();
  for await (const part of readMinutes(openHistory(open), query)) {
    for (const [name, { task, minutes }] of part) {
      const held = found.get(name) ?? { task, all: [] };
      held.task = task;
      held.all.push(...minutes);
      found.set(name, held);
    }
    readToMs += 60 * MINUTE_MS;
    if (call.io.now() - saidMs < 2 * SECOND_MS) continue;
    saidMs = call.io.now();
    call.io.error(`Read up to ${toIso(readToMs)} …`);
  }
  return found;
}

interface Policies {
  readonly now: AlertPolicy;
  readonly changed: AlertPolicy | null;
}

/** One incident, and which of the policies sends it. */
interface IncidentRow {
  readonly task_name: string;
  readonly opened_at: string;
  readonly closed_at: string | null;
  readonly sent_by: "now" | "both" | "with";
  /** How much later the other policy opens it; null unless both do. */
  readonly later_seconds: number | null;
}

function compare(
  task: Task,
  minutes: readonly TaskMinute[],
  { now, changed }: Policies,
): IncidentRow[] {
  const own = replayTask(minutes, now).incidents;
  if (changed === null) return own.map((incident) => rowOf(task, incident, "now", null));
  const others = replayTask(minutes, changed).incidents;
  const missed = own.map((incident) => {
    const same = others.find((other) => isSameOutage(incident, other));
    if (same === undefined) return rowOf(task, incident, "now", null);
    const laterSeconds = Math.round((same.openedAtMs - incident.openedAtMs) / SECOND_MS);
    return rowOf(task, incident, "both", laterSeconds);
  });
  const added = others.filter((other) => !own.some((incident) => isSameOutage(incident, other)));
  return [...missed, ...added.map((incident) => rowOf(task, incident, "with", null))];
}

function isSameOutage(a: ReplayedIncident, b: ReplayedIncident): boolean {
  const startsIn = (one: ReplayedIncident, { openedAtMs, closedAtMs }: ReplayedIncident) =>
    one.openedAtMs >= openedAtMs - SAME_OUTAGE_MS &&
    one.openedAtMs <= (closedAtMs ?? Number.POSITIVE_INFINITY);
  return startsIn(a, b) || startsIn(b, a);
}

function rowOf(
  { name }: Task,
  { openedAtMs, closedAtMs }: ReplayedIncident,
  sentBy: IncidentRow["sent_by"],
  laterSeconds: number | null,
): IncidentRow {
  return {
    task_name: name,
    opened_at: toIso(openedAtMs),
    closed_at: closedAtMs === null ? null : toIso(closedAtMs),
    sent_by: sentBy,
    later_seconds: laterSeconds,
  };
}

function printIncidents(
  call: Call,
  rows: readonly IncidentRow[],
  { label, fromMs, untilMs }: { label: string | null; fromMs: EpochMs; untilMs: EpochMs },
): void {
  printRows(call, rows, {
    columns: [left("OPENED"), left("CLOSED"), left("SENT BY"), right("LATER s"), left("TASK")],
    toRow: (row) => [
      row.opened_at,
      row.closed_at ?? "open",
      row.sent_by,
      row.later_seconds === null ? "" : String(row.later_seconds),
      row.task_name,
    ],
    whenEmpty: "No page.",
  });
  if (flagOption(call, "json")) return;
  const count = (sentBy: IncidentRow["sent_by"]) =>
    rows.filter((row) => row.sent_by === sentBy).length;
  const span = `${toIso(fromMs)} to ${toIso(untilMs)}`;
  call.io.error(`${span}: now ${showCount(count("now") + count("both"), "page")}.`);
  if (label === null) return;
  call.io.error(
    `With ${label}: ${showCount(count("with") + count("both"), "page")}; ${count("now")} fewer, ${count("with")} more.`,
  );
}
