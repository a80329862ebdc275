import { endEntry, entryWithId, findEntries, showScope } from "../../functions/operate/operate.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type Call, type Command, EXIT, type ExitCode } from "../command/command.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { type OpenFleet, withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";

/** `synfleet silence stop`: ends a silence or an acknowledgement now. */
export const silenceStop: Command = {
  argCount: { min: 1, max: 1 },
  options: {
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "ID is shown by synfleet silence list. What is still open then alerts.",
    "Exit codes: 0 ended, 1 no such id, 3 failed.",
  ],
  run: (call) => withFleet(call, (open) => stop(call, open)),
};

async function stop(call: Call, open: OpenFleet): Promise<ExitCode> {
  const { settings } = openHome(open);
  const entries = await findEntries(settings, ["silence", "acknowledge"]);
  const found = entryWithId(entries, call.args[0] ?? "", "silence or acknowledgement");
  if (typeof found === "string") {
    call.io.error(found);
    return EXIT.no;
  }
  await endEntry(settings, found, call.io.now());
  const { setting, id } = found;
  // It had no effect, so there was nothing to end.
  if (setting?.kind !== "quieting") {
    return say(call, id, `Removed ${id}, which could not be read.`);
  }
  return say(call, id, `Ended ${id} of ${showScope(setting.quieting.scope)}.`);
}

function say(call: Call, id: string, sentence: string): ExitCode {
  const isJson = flagOption(call, "json");
  call.io.out(isJson ? JSON.stringify({ id, state: "over" }) : escapeUnprintable(sentence));
  return EXIT.fine;
}
