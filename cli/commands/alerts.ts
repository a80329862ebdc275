import { setTimeout as delay } from "node:timers/promises";
import { followAlerts, readAlerts } from "../../functions/history/history.ts";
import type { HistoryPage } from "../../functions/ports/history-store.ts";
import { DAY_MS } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { ALERT_CSV, alertLayout, alertRecord } from "../show/alert-rows.ts";
import { CSV_OPTION, printRows } from "../show/print-rows.ts";
import { ROW_OPTIONS, rowNote, rowQueryOf, UNKNOWN_NOTE } from "../show/row-options.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

const LOOK_BACK_DAYS = 30;

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
    rowNote(LOOK_BACK_DAYS),
    "What was held, e.g. (held: maintenance), was not told to users.",
    "The JSON objects have id, time, detail_type and the event's detail.",
    UNKNOWN_NOTE,
  ],
  run: (call) => {
    const taskName = textOption(call, "task");
    const rows = rowQueryOf(call, LOOK_BACK_DAYS);
    const query = { taskName, ...rows, untilMs: rows.untilMs + LOOK_AHEAD_MS };
    return withFleet(call, async (open) => {
      const history = openHistory(open);
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

function printEvents(call: Call, events: HistoryPage["events"], isContinued: boolean): void {
  const csv = { ...ALERT_CSV, isContinued };
  printRows(call, events.map(alertRecord), { ...alertLayout(call.io), csv });
}

function warnOfDamage({ io }: Call, damaged: HistoryPage["damaged"]): void {
  if (damaged.length === 0) return;
  io.error(`${showCount(damaged.length, "stored event")} could not be read:`);
  for (const { key, reason } of damaged) io.error(`  ${key}: ${reason}`);
}
