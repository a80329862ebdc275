import assert from "node:assert/strict";
import { test } from "node:test";
import { parseAlert } from "../../../../shared/health/rules/parse-alert.ts";
import { problemSentence } from "../../../../shared/input/input.ts";

test("parseAlert reads a fleet's defaults", () => {
  const raw = { critical: { failure_percent: 50 }, quorum: "majority" };
  assert.deepEqual(parseAlert(raw), {
    alert: { critical: { failurePercent: 50 }, quorum: "majority" },
  });
  assert.deepEqual(parseAlert({}), { alert: {} });
  assert.deepEqual(parseAlert(undefined), { alert: {} });
});

test("parseAlert reports all problems together", () => {
  const raw = { warning: 5, quorum: 0, failure_threshold: 101, no_data_windows: 1.5 };
  const { problems } = parseAlert(raw);
  assert.deepEqual(problems?.map(problemSentence), [
    "alert.warning must be a table of fields, is 5",
    "alert.failure_threshold must be 1 to 100, is 101",
    'alert.quorum must be "majority" or a whole number from 1 to 100, is 0',
    "alert.no_data_windows must be a whole number, is 1.5",
  ]);
});
