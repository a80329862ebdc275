import assert from "node:assert/strict";
import { test } from "node:test";
import { askRegion } from "../../../cli/fleet/ask-region.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { aTask } from "../../fakes/results.ts";

test("askRegion waits for its task's timeout and 15 s, and says what to do without an answer", async () => {
  const waited: number[] = [];
  const answerOf = async (answer: { statusCode: number; text: string } | null) => {
    const fleet = localFleet(["here"], 1);
    const invoke = async (_: string, __: object, longestMs: number) => {
      waited.push(longestMs);
      return answer;
    };
    const given = await askRegion({ fleet, invoke }, "here", aTask("asked"));
    return "error" in given ? given.error : "a record";
  };
  assert.match(await answerOf(null), /^No answer: .* or local-probe took over 20 s$/);
  assert.deepEqual(waited, [20_000]);
  const denied = await answerOf({ statusCode: 403, text: '{"Message":"no identity policy"}' });
  assert.match(denied, /May not invoke .*check-everywhere\.md\) \(no identity policy\)$/);
  assert.match(await answerOf({ statusCode: 500, text: "<html>" }), /answered with status 500$/);
  assert.match(await answerOf({ statusCode: 200, text: "<html>" }), /can't be read/);
});
