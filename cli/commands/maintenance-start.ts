import { newEntryId, showScope, USUAL_ORDER_MS } from "../../functions/operate/operate.ts";
import type { SettingEntry } from "../../shared/alerting/operators/operators.ts";
import { printScope, type Scope } from "../../shared/alerting/settings/settings.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { MINUTE_MS, toIso } from "../../shared/units.ts";
import { AUTHOR_OPTIONS, authorOf, END_OPTIONS, endOf } from "../alerting/entry-options.ts";
import { explainScope, SCOPE_OPTIONS, scopeOption } from "../alerting/scope-option.ts";
import { checkEntry, storeEntry } from "../alerting/store-entry.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { durationOption, flagOption, instantOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";

/** `synfleet maintenance start`: holds alerts while somebody works on the targets. */
export const maintenanceStart: Command = {
  argCount: { min: 0, max: 1 },
  options: {
    ...SCOPE_OPTIONS,
    ...END_OPTIONS,
    from: { type: "string", value: "TIME", about: "From when, instead of now: an ISO time." },
    weekly: {
      type: "string",
      value: "DAYS HH:MM",
      about: 'Every week, e.g. "sun 02:00", with --for.',
    },
    cron: {
      type: "string",
      value: "FIELDS",
      about: 'Again and again, e.g. "0 2 * * sun", with --for.',
    },
    "time-zone": {
      type: "string",
      value: "ZONE",
      about: "With --weekly and --cron (default UTC).",
    },
    ...AUTHOR_OPTIONS,
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "Probes go on, results are marked, and uptime leaves them out. What is still down at the end alerts then. Without --for and --until it lasts an hour.",
    "Windows that belong to the fleet's setup are better in a task file: see docs/alert-settings.md.",
    "Exit codes: 0 stored, 1 no such task, 3 failed.",
  ],
  run: (call) => {
    const scope = scopeOption(call);
    const entry = entryOf(call, scope);
    checkEntry(entry);
    return withFleet(call, async (open) => {
      const unknown = await explainScope(open, scope);
      if (unknown !== null) {
        call.io.error(unknown);
        return EXIT.no;
      }
      await storeEntry(open, entry);
      print(call, scope, entry);
      return EXIT.fine;
    });
  },
};

function entryOf(call: Call, scope: Scope): SettingEntry {
  const nowMs = call.io.now();
  const author = authorOf(call);
  const id = newEntryId("maintenance", scope, { by: author.by, atMs: nowMs });
  const isRecurring = ["weekly", "cron", "time-zone"].some(
    (name) => textOption(call, name) !== null,
  );
  const time = isRecurring ? recurringTime(call) : singleTime(call, nowMs);
  const fields = { ...printScope(scope), ...time, ...author, created_at: toIso(nowMs) };
  return { key: `maintenance#${id}`, fields };
}

function singleTime(call: Call, nowMs: number): Record<string, unknown> {
  const fromMs = instantOption(call, "from") ?? nowMs;
  return { from: toIso(fromMs), until: toIso(endOf(call, fromMs) ?? fromMs + USUAL_ORDER_MS) };
}

function recurringTime(call: Call): Record<string, unknown> {
  for (const name of ["from", "until"]) {
    if (textOption(call, name) !== null) {
      throw new UsageError(`--${name} does not go with --weekly and --cron.`);
    }
  }
  const durationMs = durationOption(call, "for");
  if (durationMs === null) throw new UsageError("--weekly and --cron need --for.");
  const given = {
    weekly: textOption(call, "weekly"),
    cron: textOption(call, "cron"),
    time_zone: textOption(call, "time-zone"),
  };
  const times = Object.entries(given).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(times), duration_minutes: durationMs / MINUTE_MS };
}

function print(call: Call, scope: Scope, { key, fields }: SettingEntry): void {
  const id = key.replace(/^maintenance#/, "");
  if (flagOption(call, "json")) call.io.out(JSON.stringify({ id, ...fields }));
  else call.io.out(escapeUnprintable(`Maintenance ${id} of ${showScope(scope)} is stored.`));
}
