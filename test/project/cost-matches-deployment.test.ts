import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { App } from "aws-cdk-lib";
import { parseFleetConfig } from "../../cdk/config/parse-fleet-config.ts";
import { fleetStacks } from "../../cdk/fleet-stacks.ts";
import { estimateCost, HOME_MEMORY_MB, PRICES, type PriceName } from "../../shared/cost/cost.ts";

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly FunctionName?: string; readonly MemorySize?: number };
}

const REGIONS = ["eu-west-1", { name: "us-east-1", shards: 3, memoryMb: 512 }];

// What is priced and what is deployed stand in rooms that must not know each other.
describe("estimateCost", () => {
  const config = parseFleetConfig({ regions: REGIONS });
  const outdir = mkdtempSync(join(tmpdir(), "synfleet-cost-"));
  let resources: Resource[] = [];
  before(() => {
    const app = new App({ outdir, context: { "aws:cdk:bundling-stacks": [] } });
    fleetStacks(app, config);
    resources = app.synth().stacks.flatMap(({ template }) => Object.values(template.Resources));
  });
  after(() => rmSync(outdir, { recursive: true }));

  const { lines } = estimateCost(config, [], PRICES);
  const quantityOf = (name: PriceName) => lines.find(({ price }) => price === name)?.quantity;
  const countOf = (type: string) => resources.filter(({ Type }) => Type === type).length;

  test("estimateCost counts the alarms and dashboards that are deployed", () => {
    assert.equal(quantityOf("alarms"), countOf("AWS::CloudWatch::Alarm"));
    assert.equal(quantityOf("dashboards"), countOf("AWS::CloudWatch::Dashboard"));
  });

  test("estimateCost counts a request a minute for each schedule that is deployed", () => {
    const schedules = countOf("AWS::Scheduler::Schedule");
    assert.equal(quantityOf("scheduler"), schedules * 43_800);
    assert.equal(quantityOf("lambdaRequests"), schedules * 43_800);
  });

  test("estimateCost prices the memory that the home's functions have", () => {
    for (const [name, memoryMb] of Object.entries(HOME_MEMORY_MB)) {
      const found = resources.find(
        ({ Properties }) => Properties.FunctionName === `synfleet-${name}`,
      );
      assert.equal(found?.Properties.MemorySize, memoryMb, name);
    }
  });
});
