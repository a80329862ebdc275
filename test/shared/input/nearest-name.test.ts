import assert from "node:assert/strict";
import { test } from "node:test";
import { nearestName } from "../../../shared/input/nearest-name.ts";

const names = ["host", "port", "schedule_seconds", "timeout_seconds", "timeout", "tags"];

const guesses: readonly [given: string, meant: string | null][] = [
  ["", null],
  ["host", "host"],
  ["hsto", null],
  ["ohst", "host"],
  ["xost", "host"],
  ["hosx", "host"],
  ["xhost", "host"],
  ["hoost", "host"],
  ["hostxx", null],
  ["hxxt", null],
  ["tsoh", null],
  ["PORT", "port"],
  ["pots", null],
  ["sechdule_secnods", "schedule_seconds"],
  ["schxxxxe_seconds", "schedule_seconds"],
  ["schxxxxx_seconds", null],
  ["timeout", "timeout"],
  ["timeout_second", "timeout_seconds"],
  ["timeou", "timeout"],
  ["sched", null],
  ["hots", "host"],
  ["Host", "host"],
  ["hosts", "host"],
  ["hst", "host"],
  ["schedule", "schedule_seconds"],
  ["scheduleSeconds", "schedule_seconds"],
  ["timeout_secs", "timeout_seconds"],
  ["tag", "tags"],
  ["retries", null],
  ["x".repeat(100_000), null],
];

for (const [given, meant] of guesses) {
  test(`nearestName takes ${given.slice(0, 20)} for ${meant}`, () => {
    assert.equal(nearestName(given, names), meant);
  });
}

const CHOICES: readonly [given: string, among: readonly string[], meant: string | null][] = [
  ["tags", ["tag", "tags"], "tags"],
  ["tags", ["tags", "tag"], "tags"],
  ["time", ["time_ms", "time_seconds"], "time_ms"],
  ["b", ["ab"], "ab"],
  ["xb", ["by"], null],
  ["bx", ["yb"], null],
  ["ab", ["ba"], "ba"],
  ["host", [], null],
];

for (const [given, among, meant] of CHOICES) {
  test(`nearestName takes ${given} for ${meant} among ${JSON.stringify(among)}`, () => {
    assert.equal(nearestName(given, among), meant);
  });
}
