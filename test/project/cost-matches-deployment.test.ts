import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { App } from "aws-cdk-lib";
import { parseFleetConfig } from "../../cdk/config/parse-fleet-config.ts";
import { fleetStacks } from "../../cdk/fleet-stacks.ts";
import { ENV, METRIC_NAMESPACE } from "../../shared/contract.ts";
import {
  type CostLine,
  estimateCost,
  HOME_MEMORY_MB,
  PRICES,
  type PriceName,
  plainTasks,
} from "../../shared/cost/cost.ts";

interface Resource {
  readonly Type: string;
  readonly Properties: {
    readonly FunctionName?: string;
    readonly MemorySize?: number;
    readonly TableName?: string;
    readonly TableClass?: string;
    readonly ProvisionedThroughput?: {
      readonly WriteCapacityUnits: number;
      readonly ReadCapacityUnits: number;
    };
    /** An alarm on a formula has several, each of which is paid for. */
    readonly Metrics?: unknown;
    readonly MetricName?: string;
    readonly DashboardBody?: unknown;
    readonly Environment?: { readonly Variables: Readonly<Record<string, string>> };
  };
}

const REGIONS = ["eu-west-1", { name: "us-east-1", shards: 3, memoryMb: 512 }];

const TEN = [
  ...["eu-west-1", "us-east-1", "us-west-2", "ap-southeast-1", "eu-central-1"],
  ...["ap-northeast-1", "sa-east-1", "ca-central-1", "ap-south-1", "eu-north-1"],
];

/** The resources of a fleet's stacks. */
function synthesise(fleet: object, outdir: string): Resource[] {
  const app = new App({ outdir, context: { "aws:cdk:bundling-stacks": [] } });
  fleetStacks(app, parseFleetConfig(fleet));
  return app.synth().stacks.flatMap(({ template }) => Object.values(template.Resources));
}

/** The fleet's own metrics that resources ask for; a dashboard asks by place, so by name is enough. */
function ownMetrics(resources: readonly Resource[]): Set<string> {
  const text = JSON.stringify(resources).replaceAll("\\", "");
  const shown = text.matchAll(new RegExp(`"${METRIC_NAMESPACE}","([A-Za-z]+)"`, "g"));
  const alarmed = text.matchAll(/"MetricName":"([A-Za-z]+)","Namespace":"Synfleet"/g);
  return new Set([...shown, ...alarmed].map(([, name = ""]) => name));
}

/** Each table that is provisioned is priced so, with the alarms of what scales its writes and its reads. */
function assertCapacity(deployed: readonly Resource[], priced: readonly CostLine[]): void {
  const provisioned = deployed.flatMap(({ Properties }) => Properties.ProvisionedThroughput ?? []);
  const hoursOf = (kind: string) =>
    priced.reduce(
      (sum, { what, quantity }) => sum + (what.startsWith(`capacity for ${kind}`) ? quantity : 0),
      0,
    );
  const unitsOf = (units: readonly number[]) => units.reduce((sum, each) => sum + each, 0);
  assert.equal(
    hoursOf("writes"),
    unitsOf(provisioned.map(({ WriteCapacityUnits }) => WriteCapacityUnits)) * 730,
  );
  assert.equal(
    hoursOf("reads"),
    unitsOf(provisioned.map(({ ReadCapacityUnits }) => ReadCapacityUnits)) * 730,
  );
  const alarms = priced.find(({ what }) => what === "alarms that scale capacity")?.quantity ?? 0;
  const policies = deployed.filter(({ Type }) => Type.endsWith("::ScalingPolicy"));
  assert.equal(alarms, 4 * policies.length);
}

// What is priced and what is deployed stand in rooms that must not know each other.
describe("estimateCost", () => {
  const config = parseFleetConfig({ regions: REGIONS });
  const outdir = mkdtempSync(join(tmpdir(), "synfleet-cost-"));
  let resources: Resource[] = [];
  before(() => {
    resources = synthesise({ regions: REGIONS }, outdir);
  });
  after(() => rmSync(outdir, { recursive: true }));

  const { lines } = estimateCost(config, [], PRICES);
  const quantityOf = (name: PriceName) => lines.find(({ price }) => price === name)?.quantity;
  const countOf = (type: string) => resources.filter(({ Type }) => Type === type).length;

  for (const watch of ["lean", "full"] as const)
    for (const count of [1, 5, 10])
      test(`estimateCost counts what watches ${count} regions: ${watch}`, () => {
        const fleet = { regions: TEN.slice(0, count), watch };
        const folder = join(outdir, `${watch}-${count}`);
        const deployed = synthesise(fleet, folder);
        const priced = estimateCost(parseFleetConfig(fleet), [], PRICES).lines;
        const sumOf = (name: PriceName) =>
          priced.reduce((sum, { price, quantity }) => sum + (price === name ? quantity : 0), 0);
        const typed = (type: string) => deployed.filter(({ Type }) => Type === type);
        const alarms = typed("AWS::CloudWatch::Alarm");
        assert.equal(sumOf("alarms"), alarms.length);
        assert.ok(alarms.every(({ Properties }) => Properties.Metrics === undefined));
        assert.equal(sumOf("dashboards"), typed("AWS::CloudWatch::Dashboard").length);
        assert.equal(sumOf("dashboards"), watch === "full" ? 1 : 0);
        // 12 of the probe and 4 of its clock in each region, 6 and 7 at home; each line makes them of its figures.
        const own = watch === "full" ? 16 * count + 13 : 0;
        assert.equal(sumOf("metrics"), own);
        assert.equal(ownMetrics(deployed).size > 0, watch === "full");
        const modes = typed("AWS::Lambda::Function").map(
          ({ Properties }) => Properties.Environment?.Variables[ENV.watch],
        );
        assert.deepEqual([...new Set(modes)], [watch === "lean" ? "lean" : undefined]);
      });

  test("estimateCost counts a request a minute for each schedule that is deployed", () => {
    const schedules = countOf("AWS::Scheduler::Schedule");
    assert.equal(quantityOf("scheduler"), schedules * 43_800);
    assert.equal(quantityOf("lambdaRequests"), schedules * 43_800);
  });

  test("estimateCost prices the class that the summaries' table has for the expected tasks", () => {
    const large = { regions: TEN, expectedTasks: 10_000, expectedScheduleSeconds: 15 };
    for (const [fleet, expected] of [
      [{ regions: REGIONS }, "STANDARD"],
      [{ ...large, regions: TEN.slice(0, 5), expectedTasks: 1_000 }, "STANDARD"],
      [large, "STANDARD_INFREQUENT_ACCESS"],
      // Storage is what the class makes cheaper.
      [{ ...large, summaryDays: 7, dayDays: 90 }, "STANDARD"],
      [{ ...large, summaryClass: "standard" }, "STANDARD"],
      [{ regions: REGIONS, summaryClass: "infrequent" }, "STANDARD_INFREQUENT_ACCESS"],
    ] as const) {
      const parsed = parseFleetConfig(fleet);
      const deployed = synthesise(fleet, mkdtempSync(join(outdir, "class-")));
      const classes = deployed.flatMap(({ Properties }) =>
        Properties.TableClass === undefined ? [] : [[Properties.TableName, Properties.TableClass]],
      );
      assert.deepEqual(classes, [["synfleet-summaries", expected]]);
      const { expectedTasks, expectedScheduleSeconds } = parsed;
      const tasks = plainTasks(expectedTasks, expectedScheduleSeconds * 1_000);
      const priced = estimateCost(parsed, tasks, PRICES).lines.filter(({ what }) =>
        /summaries of|to pack|(minutes and boards|hours|days) of/.test(what),
      );
      assertCapacity(deployed, estimateCost(parsed, tasks, PRICES).lines);
      assert.deepEqual(
        priced.map(({ price }) => price.startsWith("infrequent")),
        Array(5).fill(expected !== "STANDARD"),
      );
    }
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
