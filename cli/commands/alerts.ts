import { setTimeout as sleep } from "node:timers/promises";
import type { HistoryPage } from "../../functions/ports/history-store.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { alertLayout, alertRecord } from "../show/alert-rows.ts";
import { showCount } from "../show/figures.ts";
import { printRows } from "../show/print-rows.ts";
import { ROW_OPTIONS, type RowQuery, rowNote, rowQueryOf } from "../show/row-options.ts";

const LOOK_BACK_DAYS = 30;

/** Alerts are decided once a minute. */
const POLL_MS = 10 * SECOND_MS;

/** An event is stored some time after the window's end that it is dated by. */
const LATE_MS = 30 * MINUTE_MS;

export const alerts: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    ...ROW_OPTIONS,
    task: { type: "string", value: "TASK", about: "Events of that task only." },
    follow: { type: "boolean", short: "f", about: "Go on and show new ones, until interrupted." },
    ...FLEET_OPTIONS,
  },
  notes: [
    rowNote(LOOK_BACK_DAYS),
    "The JSON objects have id, time, detail_type and the event's detail.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const query = rowQueryOf(call, LOOK_BACK_DAYS);
      const { events: shown, damaged } = await readEvents(call, open, query);
      printRows(call, shown.map(alertRecord), alertLayout(call.io));
      warnOfDamage(call, damaged);
      if (flagOption(call, "follow")) await follow(call, open, shown);
      return EXIT.fine;
    }),
};

/** Oldest first. */
async function readEvents(call: Call, open: OpenFleet, query: RowQuery): Promise<HistoryPage> {
  const taskName = textOption(call, "task");
  const { events, damaged } = await openHome(open).history.readHistory({ ...query, taskName });
  return { events: events.toReversed(), damaged };
}

function warnOfDamage({ io }: Call, damaged: HistoryPage["damaged"]): void {
  if (damaged.length === 0) return;
  io.error(`${showCount(damaged.length, "stored event")} could not be read:`);
  for (const { key, reason } of damaged) io.error(`  ${key}: ${reason}`);
}

async function follow(
  call: Call,
  open: OpenFleet,
  shown: readonly OutgoingEvent[],
): Promise<never> {
  const seen = new Set(shown.map((event) => event.id));
  const beganMs = call.io.now();
  const limit = Number.POSITIVE_INFINITY;
  for (;;) {
    await sleep(POLL_MS);
    const untilMs = call.io.now() + 1;
    const sinceMs = Math.max(beganMs - LATE_MS, untilMs - 2 * LATE_MS);
    // What can't be read now was told of at the beginning, or will be by the next call.
    const { events } = await readEvents(call, open, { sinceMs, untilMs, limit });
    const fresh = events.filter((event) => !seen.has(event.id));
    for (const event of fresh) seen.add(event.id);
    if (fresh.length > 0) printRows(call, fresh.map(alertRecord), alertLayout(call.io));
  }
}
