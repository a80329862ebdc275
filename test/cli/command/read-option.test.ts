import assert from "node:assert/strict";
import { test } from "node:test";
import { UsageError } from "../../../cli/command/errors.ts";
import { numberOption, sinceOption } from "../../../cli/command/read-option.ts";
import { fakeIo } from "../fake-io.ts";

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

function since(value: string): number | null {
  return sinceOption({ args: [], options: { since: value }, given: [], io: fakeIo() });
}

test("sinceOption takes an age or an ISO time", () => {
  const cases: [string, number][] = [
    ["90s", NOW - 90_000],
    ["15m", NOW - 900_000],
    ["1h", NOW - 3_600_000],
    ["7d", NOW - 604_800_000],
    ["2026-01-01", Date.UTC(2026, 0, 1)],
    ["2026-01-02T03:00:00Z", Date.UTC(2026, 0, 2, 3)],
  ];
  for (const [value, at] of cases) assert.equal(since(value), at, value);
});

test("sinceOption refuses everything else", () => {
  for (const value of ["1", "h", "1w", "-1h", "1.5h", "2026-13-01", "yesterday", ""]) {
    assert.throws(() => since(value), UsageError, value);
  }
});

test("numberOption takes whole numbers within its bounds only", () => {
  const read = (limit: string) =>
    numberOption({ args: [], options: { limit }, given: [], io: fakeIo() }, "limit", {
      min: 1,
      max: 10,
    });
  assert.deepEqual([read("1"), read("10")], [1, 10]);
  for (const value of ["0", "11", "-1", "1.5", "1e1", "ten", " 5", ""]) {
    assert.throws(() => read(value), UsageError, value);
  }
});
