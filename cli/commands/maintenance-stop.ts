import { endEntry, entryWithId, findEntries } from "../../functions/operate/operate.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
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
  const { settings } = openHome(open);
  const entries = await findEntries(settings, ["maintenance"]);
  const found = entryWithId(entries, call.args[0] ?? "", "maintenance");
  if (typeof found === "string") return refuse(call, found);
  const state = await endEntry(settings, found, call.io.now());
  if (state === "of a file") {
    const way = "remove it there and run synfleet tasks apply";
    return refuse(call, `Maintenance ${found.id} is of a task file: ${way}.`);
  }
  const sentence = `Maintenance ${found.id} is ${state}.`;
  const isJson = flagOption(call, "json");
  call.io.out(isJson ? JSON.stringify({ id: found.id, state }) : escapeUnprintable(sentence));
  return EXIT.fine;
}

function refuse(call: Call, sentence: string): ExitCode {
  call.io.error(escapeUnprintable(sentence));
  return EXIT.no;
}
