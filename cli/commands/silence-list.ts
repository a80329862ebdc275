import { findEntries, showScope } from "../../functions/operate/operate.ts";
import type { Quieting } from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { type EpochMs, toIso } from "../../shared/units.ts";
import { left } from "../../terminal/table.ts";
import { type Command, EXIT } from "../command/command.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { NONE } from "../show/figures.ts";
import { printRows } from "../show/print-rows.ts";

/** `synfleet silence list`: the silences and acknowledgements. */
export const silenceList: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    json: { type: "boolean", about: "Print JSON lines, one object each." },
    ...FLEET_OPTIONS,
  },
  notes: ["Those that are over are listed for thirty days."],
  run: (call) =>
    withFleet(call, async (open) => {
      const found = await findEntries(openHome(open).settings, ["silence", "acknowledge"]);
      const nowMs = call.io.now();
      const rows = found.flatMap(({ entry, setting, id }) =>
        setting?.kind === "quieting"
          ? [{ ...entry.fields, id, ...describe(setting.quieting, nowMs) }]
          : [],
      );
      printRows(call, rows, {
        columns: ["ID", "KIND", "OF", "UNTIL", "STATE", "BY", "REASON"].map(left),
        toRow: ({ id, kind, of, until, state, by, reason }) =>
          [id, kind, of, until ?? NONE, state, by, reason].map((cell) => escapeUnprintable(cell)),
        whenEmpty: "Nothing is silenced or acknowledged.",
      });
      return EXIT.fine;
    }),
};

function describe({ kind, scope, by, reason, fromMs, untilMs }: Quieting, nowMs: EpochMs) {
  const isOver = untilMs !== null && nowMs >= untilMs;
  return {
    kind,
    of: showScope(scope),
    until: untilMs === null ? null : toIso(untilMs),
    state: isOver ? "over" : nowMs < fromMs ? "to come" : "on",
    by,
    reason,
  };
}
