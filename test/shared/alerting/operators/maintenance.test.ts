import { strict as assert } from "node:assert";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  type Maintenance,
  type MaintenanceSchedule,
  maintenanceAt,
} from "../../../../shared/alerting/operators/operators.ts";
import { HOUR_MS, MINUTE_MS } from "../../../../shared/units.ts";

const TASK = { name: "db", targetId: "store" };

function maintenanceOf(
  schedule: MaintenanceSchedule,
  more: Partial<Maintenance> = {},
): Maintenance {
  return {
    id: "m1",
    scope: { kind: "fleet" },
    schedule,
    reason: "upgrade",
    by: null,
    createdAtMs: null,
    ...more,
  };
}

function once(from: string, until: string): MaintenanceSchedule {
  return { kind: "once", fromMs: Date.parse(from), untilMs: Date.parse(until) };
}

function recurring(cron: string, timeZone: string, minutes: number): MaintenanceSchedule {
  return { kind: "recurring", cron, timeZone, durationMs: minutes * MINUTE_MS };
}

/** When the window ends that is on at an instant; null if none is. */
function endAt(schedule: MaintenanceSchedule, at: string): string | null {
  const active = maintenanceAt({ maintenances: [maintenanceOf(schedule)] }, TASK, Date.parse(at));
  return active === null ? null : new Date(active.endsAtMs).toISOString();
}

describe("maintenanceAt", () => {
  const evening = once("2026-12-24T20:00:00Z", "2026-12-24T22:00:00Z");
  const sundays = recurring("0 2 * * sun", "Europe/Berlin", 90);
  const nights = recurring("30 2 * * *", "Europe/Berlin", 30);
  const cases: readonly (readonly [string, MaintenanceSchedule, string, string | null])[] = [
    ["is off before a single window", evening, "2026-12-24T19:59:59.999Z", null],
    ["is on from its first instant", evening, "2026-12-24T20:00:00Z", "2026-12-24T22:00:00.000Z"],
    ["is on to its last", evening, "2026-12-24T21:59:59.999Z", "2026-12-24T22:00:00.000Z"],
    ["is off at its end", evening, "2026-12-24T22:00:00Z", null],
    ["is off before a weekly window", sundays, "2026-11-29T00:59:59.999Z", null],
    ["is on from the local hour", sundays, "2026-11-29T01:00:00Z", "2026-11-29T02:30:00.000Z"],
    ["is on to the end of it", sundays, "2026-11-29T02:29:59.999Z", "2026-11-29T02:30:00.000Z"],
    ["is off at the end of it", sundays, "2026-11-29T02:30:00Z", null],
    ["follows summer time", sundays, "2026-07-05T00:00:00Z", "2026-07-05T01:30:00.000Z"],
    ["starts after the gap of spring", nights, "2026-03-29T01:00:00Z", "2026-03-29T01:30:00.000Z"],
    ["starts once in autumn", nights, "2026-10-25T00:30:00Z", "2026-10-25T01:00:00.000Z"],
    ["does not start a second time in autumn", nights, "2026-10-25T01:30:00Z", null],
    [
      "goes on over midnight and the end of a month",
      recurring("0 23 31 12 *", "UTC", 180),
      "2027-01-01T01:59:00Z",
      "2027-01-01T02:00:00.000Z",
    ],
    [
      "never is on if its day never comes",
      recurring("0 0 30 2 *", "UTC", 60),
      "2026-03-02T00:00:00Z",
      null,
    ],
  ];
  for (const [name, schedule, at, end] of cases) {
    it(name, () => {
      assert.equal(endAt(schedule, at), end);
    });
  }

  it("gives the window that ends last of several that overlap", () => {
    const short = maintenanceOf(once("2026-12-24T20:00:00Z", "2026-12-24T21:00:00Z"), {
      id: "short",
    });
    const long = maintenanceOf(evening, { id: "long" });
    const other = maintenanceOf(once("2026-12-24T20:00:00Z", "2026-12-25T22:00:00Z"), {
      scope: { kind: "task", name: "another" },
    });
    for (const maintenances of [
      [short, long, other],
      [other, long, short],
    ]) {
      const active = maintenanceAt({ maintenances }, TASK, Date.parse("2026-12-24T20:30:00Z"));
      assert.equal(active?.maintenance.id, "long");
    }
  });

  it("says the same whatever was asked before", () => {
    const instant = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2028-01-01") });
    const spread = fc.oneof(
      instant,
      fc
        .integer({ min: -200, max: 200 })
        .map((n) => Date.parse("2026-10-25T00:00Z") + n * MINUTE_MS),
    );
    const kinds = fc.constantFrom(
      sundays,
      nights,
      evening,
      recurring("0 */6 * * *", "Asia/Kolkata", 359),
    );
    fc.assert(
      fc.property(kinds, fc.array(spread, { minLength: 1, maxLength: 8 }), (schedule, instants) => {
        const asked = maintenanceOf(schedule);
        for (const atMs of instants) {
          const fresh = maintenanceAt({ maintenances: [maintenanceOf(schedule)] }, TASK, atMs);
          const known = maintenanceAt({ maintenances: [asked] }, TASK, atMs);
          assert.equal(known?.endsAtMs, fresh?.endsAtMs);
        }
      }),
    );
  });

  it("is on for exactly the length of the window, over a change of clocks too", () => {
    const maintenances = [maintenanceOf(nights)];
    const fromMs = Date.parse("2026-10-24T12:00:00Z");
    const minutes = Array.from({ length: 24 * 60 }, (_, i) => fromMs + i * MINUTE_MS);
    const on = minutes.filter((atMs) => maintenanceAt({ maintenances }, TASK, atMs) !== null);
    assert.equal(on.length * MINUTE_MS, HOUR_MS / 2);
  });
});
