import assert from "node:assert/strict";
import { test } from "node:test";
import { LOCK_MS } from "../../functions/aggregate/aggregate.ts";
import { DNS_DEADLINE_MS } from "../../functions/probe/dns/dns.ts";
import { FLUSH_GRACE_MS, LONGEST_RUN_MS } from "../../functions/probe/lease/lease.ts";
import { LONGEST_CLOSE_MS } from "../../functions/probe/socket/socket.ts";
import { FUNCTION_TIMEOUT_SECONDS } from "../../shared/contract.ts";
import { EARLY_TOLERANCE_MS, LEASE_TERM_MS, SLOT_SLACK_MS } from "../../shared/slot/slot.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { everyOf, SMALL_FLEET, synthesize } from "./synthesize.ts";

const LONGEST_TIMEOUT_MS = MINUTE_MS;

test("Lambda ends each function when the contract says", () => {
  const timeouts = everyOf(
    synthesize({ ...SMALL_FLEET, statusPage: true }),
    "AWS::Lambda::Function",
  ).map(({ Properties }) => [
    String(Properties.FunctionName).split("-").at(-1),
    Properties.Timeout,
  ]);
  assert.deepEqual(Object.fromEntries(timeouts), FUNCTION_TIMEOUT_SECONDS);
});

test("an aggregator that Lambda killed never holds the lock against the next minute's run", () => {
  assert.ok(FUNCTION_TIMEOUT_SECONDS.aggregate * SECOND_MS < LOCK_MS);
  assert.ok(LOCK_MS < MINUTE_MS);
});

test("one plan run has ended before the next begins", () => {
  assert.ok(FUNCTION_TIMEOUT_SECONDS.plan * SECOND_MS < MINUTE_MS);
});

test("a probe outlives its cover, the longest time-out, and its last flush", () => {
  const lateMs = SLOT_SLACK_MS + DNS_DEADLINE_MS + LONGEST_TIMEOUT_MS + LONGEST_CLOSE_MS;
  assert.ok(EARLY_TOLERANCE_MS + LEASE_TERM_MS + lateMs < LONGEST_RUN_MS);
  assert.ok(LONGEST_RUN_MS + FLUSH_GRACE_MS <= FUNCTION_TIMEOUT_SECONDS.probe * SECOND_MS);
});
