import { quietingEntry } from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { entryWithId, findEntries } from "../alerting/find-entry.ts";
import { showScope } from "../alerting/scope-option.ts";
import { storeEntry } from "../alerting/store-entry.ts";
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
  const entries = await findEntries(open, ["silence", "acknowledge"]);
  const found = entryWithId(entries, call.args[0] ?? "", "silence or acknowledgement");
  if (typeof found === "string") {
    call.io.error(found);
    return EXIT.no;
  }
  const { setting, entry } = found;
  if (setting?.kind !== "quieting") {
    // It has no effect, so there is nothing to end.
    await openHome(open).settings.deleteSettings([entry.key]);
    return say(call, found.id, `Removed ${found.id}, which could not be read.`);
  }
  const { quieting } = setting;
  const nowMs = call.io.now();
  const untilMs = Math.max(quieting.fromMs, Math.min(quieting.untilMs ?? nowMs, nowMs));
  await storeEntry(open, quietingEntry({ ...quieting, untilMs }));
  return say(call, found.id, `Ended ${found.id} of ${showScope(quieting.scope)}.`);
}

function say(call: Call, id: string, sentence: string): ExitCode {
  const isJson = flagOption(call, "json");
  call.io.out(isJson ? JSON.stringify({ id, state: "over" }) : escapeUnprintable(sentence));
  return EXIT.fine;
}
