import { newEntryId, showScope, USUAL_ORDER_MS } from "../../functions/operate/operate.ts";
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

/** `synfleet silence`: holds the alerts of a task, a target or the fleet for a while. */
export const silence: Command = {
  argCount: { min: 0, max: 1 },
  options: {
    ...SCOPE_OPTIONS,
    ...END_OPTIONS,
    ...AUTHOR_OPTIONS,
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "Probes go on, and every event is still published, with suppressed_by: silence. Without --for and --until it lasts an hour; it may last 90 days.",
    "A task that is named list or stop goes with --: synfleet silence -- list.",
    "Exit codes: 0 silenced, 1 no such task, 3 failed.",
  ],
  run: (call) => {
    const scope = scopeOption(call);
    const fromMs = call.io.now();
    const author = authorOf(call);
    const quieting: Quieting = {
      id: newEntryId("silence", scope, { by: author.by, atMs: fromMs }),
      kind: "silence",
      ...{ scope, ...author, createdAtMs: fromMs, fromMs },
      untilMs: endOf(call, fromMs) ?? fromMs + USUAL_ORDER_MS,
    };
    const entry = quietingEntry(quieting);
    checkEntry(entry);
    return withFleet(call, async (open) => {
      const unknown = await explainScope(open, scope);
      if (unknown !== null) {
        call.io.error(unknown);
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
  const sentence = `Silenced ${showScope(scope)} until ${toIso(untilMs ?? 0)}, as ${id}.`;
  const isJson = flagOption(call, "json");
  call.io.out(isJson ? JSON.stringify({ id, ...fields }) : escapeUnprintable(sentence));
}
