import assert from "node:assert/strict";
import { test } from "node:test";
import { RetryPace } from "../../../local/aws/retry-pace.ts";

test("RetryPace tries soon what failed first, and less and less often what fails again at once", () => {
  const pace = new RetryPace(5_000);
  // The process has run for ten seconds.
  pace.begin(10_000);
  assert.equal(pace.isDue(14_999), false);
  assert.equal(pace.isDue(15_000), true);
  pace.end(15_000);
  pace.begin(16_000);
  assert.equal(pace.isDue(25_999), false);
  assert.equal(pace.isDue(26_000), true);
});
