import { strict as assert } from "node:assert";
import { afterEach, describe, it } from "node:test";
import { chunkKey, historyKey } from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import { windowKey } from "../../../../functions/adapters/dynamodb/progress-store.ts";
import { nextAt } from "../../../../local/fleet/minute-schedule.ts";
import { nominalSlots } from "../../../../shared/slot/slot.ts";
import { HOUR_MS, MINUTE_MS, startOfMinute } from "../../../../shared/units.ts";

/** Half an hour around the change to and from daylight saving of 2026. */
const CHANGES = [
  ["Europe/Berlin", "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"],
  ["America/St_Johns", "2026-03-08T05:30:00Z", "2026-11-01T04:30:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-10-03T15:30:00Z"],
] as const;

const zone = process.env.TZ;

/** Whatever is derived of an instant: keys, slots and schedules. */
function derive(atMs: number) {
  const window = { fromMs: startOfMinute(atMs), toMs: startOfMinute(atMs) + MINUTE_MS };
  return {
    chunk: chunkKey(0, atMs, "0"),
    window: windowKey(window.fromMs),
    event: historyKey({ time: atMs, id: "a", detail: {} }),
    slots: nominalSlots({ name: "a", scheduleMs: 7_000 }, { staggerPermille: 0 }, window),
    next: nextAt(atMs, 21_000),
  };
}

describe("daylight saving", () => {
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  for (const [name, ...instants] of CHANGES) {
    it(`changes nothing in ${name}: all instants are UTC`, () => {
      for (const instant of instants) {
        const changeMs = Date.parse(instant);
        for (let atMs = changeMs - HOUR_MS; atMs < changeMs + HOUR_MS; atMs += 90_500) {
          process.env.TZ = "UTC";
          const expected = derive(atMs);
          process.env.TZ = name;
          assert.notEqual(new Date(changeMs - HOUR_MS).getTimezoneOffset(), 0);
          assert.notEqual(
            new Date(changeMs - HOUR_MS).getTimezoneOffset(),
            new Date(changeMs + HOUR_MS).getTimezoneOffset(),
          );
          assert.deepEqual(derive(atMs), expected);
        }
      }
    });
  }
});
