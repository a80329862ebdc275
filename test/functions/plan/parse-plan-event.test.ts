import { strict as assert } from "node:assert";
import { test } from "node:test";
import { parsePlanEvent } from "../../../functions/plan/plan.ts";

for (const [event, force] of [
  [{ force: true }, true],
  [{ force: true, "aws.scheduler.execution-id": "x" }, true],
  [{ force: "true" }, false],
  [{ force: 1 }, false],
  [{}, false],
  [null, false],
  [undefined, false],
  ["force", false],
  [[], false],
] as const) {
  test(`parsePlanEvent reads ${JSON.stringify(event)} as force ${force}`, () => {
    assert.deepEqual(parsePlanEvent(event), { force });
  });
}
