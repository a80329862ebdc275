import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  entryExpiry,
  fileEntries,
  type Maintenance,
  maintenanceEntry,
  NO_ALERTING_SETTINGS,
  parseEntries,
  parseEntry,
  type Quieting,
  quietingEntry,
} from "../../../../shared/alerting/operators/operators.ts";
import type { Scope } from "../../../../shared/alerting/settings/settings.ts";
import { problemSentence } from "../../../../shared/input/input.ts";
import { DAY_MS, MINUTE_MS } from "../../../../shared/units.ts";

const label = fc.stringMatching(/^[A-Za-zäß#0-9](?:[ \w"'.#-]{0,20}[\w#])?$/);
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
const scope: fc.Arbitrary<Scope> = fc.oneof(
  label.map((name) => ({ kind: "task", name }) as const),
  label.map((id) => ({ kind: "target", id }) as const),
  fc.constant({ kind: "fleet" } as const),
);
const once = fc
  .tuple(instant, fc.integer({ min: 1, max: 90 * DAY_MS }))
  .map(([fromMs, ms]) => ({ kind: "once", fromMs, untilMs: fromMs + ms }) as const);
const recurring = fc
  .tuple(
    fc.constantFrom("0 2 * * sun", "30 */8 1-7 * *", "5 4 29 2 *", "0 0 * * mon#1"),
    fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Etc/GMT+5"),
    fc.integer({ min: 1, max: 479 }),
  )
  .map(([cron, timeZone, minutes]) => {
    return { kind: "recurring", cron, timeZone, durationMs: minutes * MINUTE_MS } as const;
  });
const maintenance: fc.Arbitrary<Maintenance> = fc.record(
  {
    id: label,
    scope,
    schedule: fc.oneof(once, recurring),
    reason: label,
    by: fc.option(label),
    createdAtMs: fc.option(instant),
  },
  { noNullPrototype: true },
);
const quieting: fc.Arbitrary<Quieting> = fc
  .record(
    { id: label, scope, by: label, reason: label, createdAtMs: instant, fromMs: instant },
    { noNullPrototype: true },
  )
  .chain((rest) =>
    fc.oneof(
      fc.integer({ min: 0, max: 90 * DAY_MS }).map((ms) => {
        return { ...rest, kind: "silence" as const, untilMs: rest.fromMs + ms };
      }),
      fc.constant({ ...rest, kind: "acknowledge" as const, untilMs: null }),
    ),
  );

describe("parseEntries", () => {
  it("gives back what was printed", () => {
    fc.assert(
      fc.property(fc.array(maintenance), fc.array(quieting), (maintenances, quietings) => {
        const entries = [...maintenances.map(maintenanceEntry), ...quietings.map(quietingEntry)];
        const { settings, problems } = parseEntries(entries);
        assert.deepEqual(problems, []);
        assert.deepEqual(settings, { ...NO_ALERTING_SETTINGS, maintenances, quietings });
      }),
      { numRuns: 50 },
    );
  });

  it("gives back what files set", () => {
    const set = {
      maintenances: [],
      fleet: { reminderMs: null, stormTasks: 3, dependsOn: [{ kind: "task", name: "uplink" }] },
      targets: { "a#b": { escalation: { afterMs: MINUTE_MS }, minHealthy: 2 }, constructor: {} },
    } as const;
    const { settings, problems } = parseEntries(fileEntries(set));
    assert.deepEqual(problems, []);
    assert.deepEqual(settings, { ...set, quietings: [] });
    assert.deepEqual(fileEntries(NO_ALERTING_SETTINGS), []);
  });

  it("leaves out bad entries with a sentence each, and keeps the others", () => {
    const silence = {
      key: "silence#s1",
      fields: {
        fleet: true,
        by: "sre",
        reason: "known",
        from: "2026-01-01T00:00:00Z",
        until: "2026-01-02T00:00:00Z",
      },
    };
    const { from: _, ...beginless } = silence.fields;
    const { settings, problems } = parseEntries([
      { key: "silence#s2", fields: { ...silence.fields, until: "2027-01-01T00:00:00Z" } },
      { key: "acknowledge#a1", fields: { ...beginless, note: "x" } },
      {
        key: "maintenance#m1",
        fields: { fleet: true, weekly: "sun", duration_minutes: 5, reason: "r" },
      },
      { key: "target#edge", fields: { min_healthy: "two" } },
      { key: "alerting", fields: { storm: 2 } },
      { key: "silences#s3", fields: silence.fields },
      silence,
    ]);
    assert.deepEqual(
      settings.quietings.map(({ id }) => id),
      ["s1"],
    );
    assert.deepEqual({ ...settings, quietings: [] }, NO_ALERTING_SETTINGS);
    assert.deepEqual(problems.map(problemSentence), [
      'Silence "s2": until must be at most 90 days after from, is "2027-01-01T00:00:00Z"',
      'Acknowledgement "a1": from is required',
      'Acknowledgement "a1": note is not a field of an acknowledgement',
      'Maintenance "m1": weekly must be days and a time, as in "sun 02:00" or "mon-fri 22:30", is "sun"',
      'Target "edge": min_healthy must be a whole number, is "two"',
      'Alerting: storm is not a field of alerting (did you mean "storm_tasks"?)',
      'Setting "s3": key must begin with maintenance#, silence#, acknowledge# or target#, is "silences"',
    ]);
  });

  it("reads a bounded number of entries", () => {
    const entries = Array.from({ length: 1_003 }, (_, i) => ({
      key: `target#t${i}`,
      fields: { min_healthy: 1 },
    }));
    const { settings, problems } = parseEntries(entries);
    assert.equal(Object.keys(settings.targets).length, 1_000);
    assert.deepEqual(problems.map(problemSentence), [
      "Alerting: entries must be at most 1000, so 3 have no effect, is 1003",
    ]);
  });

  it("reads any entry without throwing", () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom("maintenance#m", "silence#s", "acknowledge#a", "target#t", "alerting"),
    );
    const name = fc.constantFrom(
      "task",
      "from",
      "until",
      "cron",
      "weekly",
      "time_zone",
      "reason",
      "by",
      "depends_on",
      "duration_minutes",
    );
    fc.assert(
      fc.property(key, fc.dictionary(name, fc.anything()), (odd, fields) => {
        const { setting, problems } = parseEntry({ key: odd, fields });
        assert.equal(setting === null, problems.length > 0);
      }),
    );
  });
});

describe("entryExpiry", () => {
  const fields = {
    fleet: true,
    by: "sre",
    reason: "known",
    from: "2026-01-01T00:00:00Z",
    until: "2026-01-02T00:00:00Z",
  };
  const { until: _, ...endless } = fields;
  const recurringFields = { fleet: true, weekly: "sun 02:00", duration_minutes: 5, reason: "r" };
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, string | null])[] = [
    ["silence#s", fields, "2026-02-01T00:00:00.000Z"],
    ["maintenance#m", fields, "2026-02-01T00:00:00.000Z"],
    ["acknowledge#a", endless, "2026-05-01T00:00:00.000Z"],
    ["maintenance#w", recurringFields, null],
    ["target#t", { min_healthy: 2 }, null],
    ["silence#bad", {}, null],
  ];
  for (const [key, own, expiry] of cases) {
    it(`of ${key} is ${expiry}`, () => {
      const atMs = entryExpiry({ key, fields: own });
      assert.equal(atMs === null ? null : new Date(atMs).toISOString(), expiry);
    });
  }
});
