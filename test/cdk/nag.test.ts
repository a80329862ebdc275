import assert from "node:assert/strict";
import { test } from "node:test";
import { Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { EVERYTHING_ON, newApp, SMALL_FLEET, synthesize } from "./synthesize.ts";

const FLEETS = { "a small fleet": SMALL_FLEET, "everything on": EVERYTHING_ON };

for (const [what, fleet] of Object.entries(FLEETS)) {
  const { app } = synthesize(fleet);
  for (const pack of [new AwsSolutionsChecks(app), new ServerlessChecks(app)])
    test(`cdk-nag's ${pack.name} finds nothing unacknowledged with ${what}`, () => {
      const findings = pack
        .validateScope(app)
        .violations.flatMap(({ ruleName, violatingResources }) =>
          violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
        );
      assert.deepEqual(findings, []);
    });
}

test("cdk-nag's packs find a queue that nobody acknowledged", () => {
  const stack = new Stack(newApp(), "Bare");
  new Queue(stack, "Queue");
  const packs = [new AwsSolutionsChecks(stack), new ServerlessChecks(stack)];
  for (const pack of packs) assert.equal(pack.validateScope(stack).success, false);
});
