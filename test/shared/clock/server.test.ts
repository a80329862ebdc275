import { strict as assert } from "node:assert";
import { test } from "node:test";
import { type ClockServer, parseClockServer } from "../../../shared/clock/clock.ts";

const CASES: readonly (readonly [text: string, server: ClockServer | null])[] = [
  ["time.aws.com", { hostname: "time.aws.com", port: 123 }],
  ["Time-1.example.com:1123", { hostname: "Time-1.example.com", port: 1_123 }],
  ["169.254.169.123", { hostname: "169.254.169.123", port: 123 }],
  ["127.0.0.1:65535", { hostname: "127.0.0.1", port: 65_535 }],
  ["[fd00:ec2::123]", { hostname: "fd00:ec2::123", port: 123 }],
  ["[::1]:5000", { hostname: "::1", port: 5_000 }],
  ["::1", null],
  ["host:0", null],
  ["host:65536", null],
  ["host:", null],
  [":123", null],
  ["", null],
  ["-host", null],
  ["a host", null],
  ["ntp://host", null],
  ["host:1:2", null],
  [`a${"b".repeat(253)}`, null],
];

for (const [text, server] of CASES)
  test(`parseClockServer ${server === null ? "refuses" : "reads"} "${text.slice(0, 40)}"`, () => {
    assert.deepEqual(parseClockServer(text), server);
  });
