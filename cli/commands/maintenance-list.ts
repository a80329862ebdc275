import { findEntries } from "../../functions/operate/operate.ts";
import { parseEntry } from "../../shared/alerting/operators/operators.ts";
import { escapeUnprintable, problemSentence } from "../../shared/input/input.ts";
import { left } from "../../terminal/table.ts";
import { maintenanceRow } from "../alerting/maintenance-row.ts";
import { type Command, EXIT } from "../command/command.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { printRows } from "../show/print-rows.ts";

/** `synfleet maintenance list`: the stored maintenance windows. */
export const maintenanceList: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    json: { type: "boolean", about: "Print JSON lines, one object each." },
    ...FLEET_OPTIONS,
  },
  notes: ["Single windows that are over are listed for thirty days."],
  run: (call) =>
    withFleet(call, async (open) => {
      const found = await findEntries(openHome(open).settings, ["maintenance"]);
      const rows = found.flatMap(({ entry, setting, id }) => {
        if (setting?.kind !== "maintenance") return [];
        const { reason, by } = setting.maintenance;
        const from = entry.fields.origin === "file" ? "a task file" : (by ?? "");
        const shown = { ...maintenanceRow(setting.maintenance, call.io.now()), reason, from };
        return [{ ...entry.fields, id, ...shown }];
      });
      for (const { entry } of found) {
        for (const problem of parseEntry(entry).problems) call.io.error(problemSentence(problem));
      }
      printRows(call, rows, {
        columns: ["ID", "OF", "WHEN", "STATE", "REASON", "FROM"].map(left),
        toRow: ({ id, of, when, state, reason, from }) =>
          [id, of, when, state, reason, from].map((cell) => escapeUnprintable(cell)),
        whenEmpty: "No maintenance is stored.",
      });
      return EXIT.fine;
    }),
};
