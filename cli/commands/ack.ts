import { explainClosed, newEntryId, showScope } from "../../functions/operate/operate.ts";
import { type Quieting, quietingEntry } from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { toIso } from "../../shared/units.ts";
import { AUTHOR_OPTIONS, authorOf, END_OPTIONS, endOf } from "../alerting/entry-options.ts";
import { explainScope, SCOPE_OPTIONS, scopeOption } from "../alerting/scope-option.ts";
import { checkEntry, storeEntry } from "../alerting/store-entry.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";

/** `synfleet ack`: acknowledges what is open of a task, a target or the fleet. */
export const ack: Command = {
  argCount: { min: 0, max: 1 },
  options: {
    ...SCOPE_OPTIONS,
    ...END_OPTIONS,
    ...AUTHOR_OPTIONS,
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "It is about what is open now: reminders and escalation are held, and the next incident alerts as usual. Without --for and --until it ends with what is open. synfleet silence list shows it, and silence stop ends it.",
    "Exit codes: 0 acknowledged, 1 no such task or nothing is open, 3 failed.",
  ],
  run: (call) => {
    const scope = scopeOption(call);
    const fromMs = call.io.now();
    const author = authorOf(call);
    const quieting: Quieting = {
      id: newEntryId("acknowledge", scope, { by: author.by, atMs: fromMs }),
      kind: "acknowledge",
      ...{ scope, ...author, createdAtMs: fromMs, fromMs },
      untilMs: endOf(call, fromMs),
    };
    const entry = quietingEntry(quieting);
    checkEntry(entry);
    return withFleet(call, async (open) => {
      const reason =
        (await explainScope(open, scope)) ?? (await explainClosed(openHome(open).states, scope));
      if (reason !== null) {
        call.io.error(escapeUnprintable(reason));
        return EXIT.no;
      }
      await storeEntry(open, entry);
      print(call, quieting);
      return EXIT.fine;
    });
  },
};

function print(call: Call, quieting: Quieting): void {
  const { id, scope, untilMs } = quieting;
  const { fields } = quietingEntry(quieting);
  const until = untilMs === null ? "it is over" : toIso(untilMs);
  const sentence = `Acknowledged what is open of ${showScope(scope)} until ${until}, as ${id}.`;
  const isJson = flagOption(call, "json");
  call.io.out(isJson ? JSON.stringify({ id, ...fields }) : escapeUnprintable(sentence));
}
