import {
  type Maintenance,
  maintenanceEntry,
  ORIGIN_FIELD,
} from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import type { EpochMs } from "../../shared/units.ts";
import { entryWithId, type FoundEntry, findEntries } from "../alerting/find-entry.ts";
import { storeEntry } from "../alerting/store-entry.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";

/** `synfleet maintenance stop`: ends a maintenance now. */
export const maintenanceStop: Command = {
  argCount: { min: 1, max: 1 },
  options: {
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "ID is shown by synfleet maintenance list. A single window ends now; one that comes again is removed. What is still down then alerts. A maintenance of a task file ends when the file is applied without it.",
    "Exit codes: 0 ended, 1 no such id or of a task file, 3 failed.",
  ],
  run: (call) => withFleet(call, (open) => stop(call, open)),
};

async function stop(call: Call, open: OpenFleet): Promise<ExitCode> {
  const found = entryWithId(
    await findEntries(open, ["maintenance"]),
    call.args[0] ?? "",
    "maintenance",
  );
  if (typeof found === "string") return refuse(call, found);
  if (found.entry.fields[ORIGIN_FIELD] === "file") {
    const way = "remove it there and run synfleet tasks apply";
    return refuse(call, `Maintenance ${found.id} is of a task file: ${way}.`);
  }
  const ended = endedAt(found, call.io.now());
  if (ended === null) await openHome(open).settings.deleteSettings([found.entry.key]);
  else await storeEntry(open, maintenanceEntry(ended));
  const state = ended === null ? "removed" : "over";
  const sentence = `Maintenance ${found.id} is ${state}.`;
  const isJson = flagOption(call, "json");
  call.io.out(isJson ? JSON.stringify({ id: found.id, state }) : escapeUnprintable(sentence));
  return EXIT.fine;
}

function refuse(call: Call, sentence: string): ExitCode {
  call.io.error(escapeUnprintable(sentence));
  return EXIT.no;
}

/** A single window that has begun, ended at an instant; null for any other, which is removed. */
function endedAt({ setting }: FoundEntry, nowMs: EpochMs): Maintenance | null {
  if (setting?.kind !== "maintenance") return null;
  const { maintenance } = setting;
  const { schedule } = maintenance;
  if (schedule.kind !== "once" || nowMs <= schedule.fromMs) return null;
  const untilMs = Math.min(schedule.untilMs, nowMs);
  return { ...maintenance, schedule: { ...schedule, untilMs } };
}
