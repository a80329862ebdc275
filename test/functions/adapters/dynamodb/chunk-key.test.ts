import { strict as assert } from "node:assert";
import { test } from "node:test";
import {
  chunkKey,
  hoursOf,
  parseSortKey,
} from "../../../../functions/adapters/dynamodb/chunk-key.ts";
import { HOUR_MS } from "../../../../shared/units.ts";

const AT_MS = Date.UTC(2026, 11, 31, 23, 59, 7, 250);

test("chunkKey has the shard and the hour, then the second and the part", () => {
  assert.deepEqual(chunkKey(12, AT_MS, "3"), { pk: "12#2026-12-31T23", sk: "59:07#3" });
});

test("hoursOf gives every hour partition that a span touches", () => {
  const hour = Date.UTC(2026, 0, 1, 12);
  const table: [number, number, number[]][] = [
    [hour, hour, []],
    [hour, hour + 1, [hour]],
    [hour + 1, hour + HOUR_MS, [hour]],
    [hour + HOUR_MS - 1, hour + HOUR_MS + 1, [hour, hour + HOUR_MS]],
  ];
  for (const [fromMs, toMs, hours] of table) assert.deepEqual(hoursOf(fromMs, toMs), hours);
});

const SORT_KEYS: [string, ReturnType<typeof parseSortKey>][] = [
  ["00:00#0", { offsetMs: 0, part: 0 }],
  ["59:07#12", { offsetMs: 3_547_000, part: 12 }],
  ["59:07#12.3", { offsetMs: 3_547_000, part: 12 }],
  ["60:00#0", null],
  ["59:07", null],
  ["59:07#", null],
  ["lease", null],
  ["59:07#1.", null],
  ["x59:07#1", null],
];

for (const [sk, place] of SORT_KEYS) {
  test(`parseSortKey reads "${sk}" as ${JSON.stringify(place)}`, () => {
    assert.deepEqual(parseSortKey(sk), place);
  });
}
