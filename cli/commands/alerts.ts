import { setTimeout as delay } from "node:timers/promises";
import { followAlerts, readAlerts } from "../../functions/history/history.ts";
import type { HistoryPage } from "../../functions/ports/history-store.ts";
import { DEFAULT_SUMMARY_DAYS } from "../../shared/contract.ts";
import { DAY_MS } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { keptEventDays, readCdkJson } from "../fleet/read-cdk-fleet.ts";
import { ALERT_CSV, alertLayout, alertRecord } from "../show/alert-rows.ts";
import { CSV_OPTION, printRows } from "../show/print-rows.ts";
import { ROW_OPTIONS, rowNote, rowQueryOf, UNKNOWN_NOTE } from "../show/row-options.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

/** On one machine, where each day of the look-back takes longer than on AWS. */
const LOCAL_DAYS = 30;

/** A deployment keeps events no longer than this; older days are not asked for. */
const MOST_DAYS = 3_650;

/** Events of a clock that was set back since are dated ahead. */
const LOOK_AHEAD_MS = DAY_MS;

/** `synfleet alerts`: the events that were raised. */
export const alerts: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    ...ROW_OPTIONS,
    ...CSV_OPTION,
    task: { type: "string", value: "TASK", about: "Events of that task only." },
    follow: {
      type: "boolean",
      short: "f",
      about: "Then show new ones as they come, until interrupted.",
    },
    ...FLEET_OPTIONS,
  },
  notes: [
    `${rowNote(LOCAL_DAYS)} With --aws all that are kept are searched: the summaryDays of the cdk.json here, else ${DEFAULT_SUMMARY_DAYS} days. --since may go back ${MOST_DAYS} days, if they were once kept for longer.`,
    "What was held, e.g. (held: maintenance), was not told to users.",
    "The JSON objects have id, time, detail_type and the event's detail.",
    UNKNOWN_NOTE,
  ],
  run: (call) => {
    const taskName = textOption(call, "task");
    const rows = rowQueryOf(call, lookBackDaysOf(call));
    const lookBackMs = Math.min(call.io.now() - rows.sinceMs, MOST_DAYS * DAY_MS);
    const query = { taskName, ...rows, untilMs: rows.untilMs + LOOK_AHEAD_MS };
    return withFleet(call, async (open) => {
      const history = openHistory(open, Math.max(lookBackMs, DAY_MS));
      const known = await readAlerts(history, query);
      if (taskName !== null && known.events.length === 0) {
        const unknown = await explainUnknown(open, taskName);
        if (unknown !== null) {
          call.io.error(unknown);
          return EXIT.no;
        }
      }
      printEvents(call, known.events.toReversed(), false);
      warnOfDamage(call, known.damaged);
      if (!flagOption(call, "follow")) return EXIT.fine;
      const following = { taskName, known, now: call.io.now, sleep: delay };
      for await (const { events, damaged } of followAlerts(history, following)) {
        if (events.length > 0) printEvents(call, events, true);
        warnOfDamage(call, damaged);
      }
      return EXIT.fine;
    });
  },
};

function lookBackDaysOf(call: Call): number {
  return flagOption(call, "aws") ? keptEventDays(readCdkJson(call.io.cwd)) : LOCAL_DAYS;
}

function printEvents(call: Call, events: HistoryPage["events"], isContinued: boolean): void {
  const csv = { ...ALERT_CSV, isContinued };
  printRows(call, events.map(alertRecord), { ...alertLayout(call.io), csv });
}

function warnOfDamage({ io }: Call, damaged: HistoryPage["damaged"]): void {
  if (damaged.length === 0) return;
  io.error(`${showCount(damaged.length, "stored event")} could not be read:`);
  for (const { key, reason } of damaged) io.error(`  ${key}: ${reason}`);
}
