import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RegionInfo } from "aws-cdk-lib/region-info";
import { ENV } from "../../shared/contract.ts";
import { maskAssets } from "./mask-assets.ts";
import {
  EVERYTHING_ON,
  everyOf,
  ofType,
  SECRETS,
  SMALL_FLEET,
  synthesize,
  synthesizeByRules,
  type Template,
  VPC,
  WATCHED_FLEET,
} from "./synthesize.ts";

const small = synthesizeByRules(SMALL_FLEET);
const everything = synthesizeByRules(EVERYTHING_ON);
const watched = synthesizeByRules(WATCHED_FLEET);

/** What an emulator must know to run a fleet that asks for nothing optional. */
const NEEDED_TYPES = [
  "AWS::CloudWatch::Alarm",
  "AWS::DynamoDB::Table",
  "AWS::Events::EventBus",
  "AWS::Events::Rule",
  "AWS::IAM::Role",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Function",
  "AWS::Logs::LogGroup",
  "AWS::Logs::QueryDefinition",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
  "AWS::Scheduler::Schedule",
];

function typesIn(templates: readonly Template[]): string[] {
  const types = templates.flatMap(({ Resources }) => Object.values(Resources).map((r) => r.Type));
  return [...new Set(types)].sort();
}

test("a fleet with nothing optional needs these resource types only", () => {
  assert.deepEqual(typesIn(Object.values(small.templates)), NEEDED_TYPES);
});

for (const [what, { templates }] of Object.entries({ small, everything }))
  test(`no stack of the ${what} fleet exports, imports, asks for parameters or runs code at deploy`, () => {
    for (const template of Object.values(templates)) {
      // The address of a status page is told, and no stack imports it.
      const sections = Object.keys(template).filter(
        (name) => name !== "Outputs" || what === "small",
      );
      assert.deepEqual(sections.sort(), ["Description", "Resources"]);
      assert.doesNotMatch(JSON.stringify(template), /Fn::ImportValue|Fn::GetStackOutput|"Export"/);
    }
    const foreign = typesIn(Object.values(templates)).filter((type) =>
      /^Custom::|^AWS::CloudFormation::|^AWS::CDK::Metadata$/.test(type),
    );
    assert.deepEqual(foreign, []);
  });

test("every stack is named after the fleet and its place, and only home's can be protected", () => {
  const protectedIn = ({ stacks }: typeof small) =>
    stacks.map(({ stackName, terminationProtection }) => [stackName, terminationProtection]);
  const named = (home: boolean) => [
    ["synfleet-home", home],
    ["synfleet-eu-west-1", false],
    ["synfleet-us-east-1", false],
  ];
  assert.deepEqual(protectedIn(small), named(false));
  const options = { terminationProtection: true };
  assert.deepEqual(protectedIn(synthesize({ ...SMALL_FLEET, options })), named(true));
});

test("a retired region's stack is still there to be destroyed, and home may only tell it its plan", () => {
  const gone = { name: "us-east-1", shards: 2, retired: true };
  const retiring = synthesize({ regions: ["eu-west-1", gone] });
  assert.deepEqual(Object.keys(retiring.templates), Object.keys(small.templates));
  const home = retiring.templates["synfleet-home"];
  assert.ok(home);
  const [plan, aggregate] = ["plan", "aggregate"].map((name) =>
    JSON.stringify(
      ofType(home, "AWS::IAM::Role").find(
        ({ Properties }) => Properties.Description === `Runs synfleet-${name}`,
      ),
    ),
  );
  assert.match(plan ?? "", /table\/synfleet-plans-us-east-1/);
  assert.doesNotMatch(aggregate ?? "us-east-1", /us-east-1/);
  const [told] = everyOf(retiring, "AWS::Lambda::Function")
    .map(({ Properties }) => Properties.Environment as { Variables: Record<string, string> })
    .flatMap(({ Variables }) => Variables[ENV.regions] ?? []);
  assert.deepEqual(JSON.parse(told ?? "[]").at(-1), { name: "us-east-1", retired: true });
});

test("a region makes its subnets' way to DynamoDB in the route tables that are named, and else none", () => {
  const dynamodbEndpoint = {
    vpcId: "vpc-0123456789abcdef0",
    routeTableIds: ["rtb-0123456789abcdef0", "rtb-1123456789abcdef0"],
  };
  const endpointsWith = (more: object) =>
    everyOf(
      synthesize({ regions: [{ name: "eu-west-1", vpc: { ...VPC, ...more } }] }),
      "AWS::EC2::VPCEndpoint",
    ).map(({ Properties }) => Properties);
  assert.deepEqual(endpointsWith({}), []);
  assert.deepEqual(endpointsWith({ dynamodbEndpoint }), [
    {
      VpcId: dynamodbEndpoint.vpcId,
      RouteTableIds: dynamodbEndpoint.routeTableIds,
      ServiceName: "com.amazonaws.eu-west-1.dynamodb",
      VpcEndpointType: "Gateway",
    },
  ]);
});

test("home stands alone where it probes nothing", () => {
  const { templates } = synthesize({ home: "eu-central-1", regions: ["us-east-1"] });
  assert.deepEqual(Object.keys(templates).sort(), ["synfleet-home", "synfleet-us-east-1"]);
});

test("every schedule fires each minute, once, and gives up after a minute", () => {
  const schedules = everyOf(small, "AWS::Scheduler::Schedule").map(({ Properties }) => Properties);
  assert.deepEqual(
    schedules.map(({ Name, Target }) => [Name, (Target as { Input: string }).Input]).sort(),
    [
      ["synfleet-aggregate", "{}"],
      ["synfleet-plan", "{}"],
      ["synfleet-probe-0", '{"shard":0}'],
      ["synfleet-probe-0", '{"shard":0}'],
      ["synfleet-probe-1", '{"shard":1}'],
    ],
  );
  for (const { ScheduleExpression, FlexibleTimeWindow, State, Target } of schedules) {
    assert.equal(ScheduleExpression, "rate(1 minute)");
    assert.deepEqual(FlexibleTimeWindow, { Mode: "OFF" });
    assert.equal(State, "ENABLED");
    const { RetryPolicy, DeadLetterConfig } = Target as Record<string, unknown>;
    assert.deepEqual(RetryPolicy, { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    assert.ok(DeadLetterConfig);
  }
});

test("every function runs on Node 24 and arm64, logs JSON, and is not retried", () => {
  const functions = everyOf(small, "AWS::Lambda::Function");
  assert.equal(functions.length, 4);
  for (const { Properties } of functions) {
    assert.equal(Properties.Runtime, "nodejs24.x");
    assert.deepEqual(Properties.Architectures, ["arm64"]);
    assert.equal((Properties.LoggingConfig as { LogFormat: string }).LogFormat, "JSON");
    assert.equal(Properties.ReservedConcurrentExecutions, undefined);
  }
  const invocations = everyOf(small, "AWS::Lambda::EventInvokeConfig");
  assert.equal(invocations.length, functions.length);
  for (const { Properties } of invocations) {
    assert.equal(Properties.MaximumRetryAttempts, 0);
    assert.equal(Properties.MaximumEventAgeInSeconds, 60);
  }
});

test("a region with bursts has a queue that keeps a message for minutes and brings one at a time", () => {
  const { templates } = synthesize({ ...SMALL_FLEET, bursts: true });
  for (const [region, shards] of [
    ["eu-west-1", 1],
    ["us-east-1", 2],
  ] as const) {
    const template = templates[`synfleet-${region}`] ?? assert.fail();
    const queues = Object.entries(template.Resources).filter(([id]) => id.includes("BurstsQueue"));
    const [[id, queue] = assert.fail()] = queues.filter(
      ([, { Type }]) => Type === "AWS::SQS::Queue",
    );
    assert.deepEqual(queue.Properties, {
      MessageRetentionPeriod: 300,
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 180,
    });
    const [mapping] = ofType(template, "AWS::Lambda::EventSourceMapping");
    assert.equal(mapping?.Properties.BatchSize, 1);
    assert.deepEqual(mapping?.Properties.ScalingConfig, { MaximumConcurrency: 2 * shards });
    const [probe] = ofType(template, "AWS::Lambda::Function");
    const environment = probe?.Properties.Environment ?? assert.fail();
    const { Variables } = environment as { Variables: Record<string, unknown> };
    assert.deepEqual(Variables.SYNFLEET_BURST_QUEUE, { Ref: id });
  }
  const [plan] = ofType(templates["synfleet-home"] ?? assert.fail(), "AWS::Lambda::Function");
  const home = (plan?.Properties.Environment ?? {}) as { Variables?: Record<string, string> };
  const regions: { bursts?: true }[] = JSON.parse(home.Variables?.SYNFLEET_REGIONS ?? "");
  assert.deepEqual(
    regions.map(({ bursts }) => bursts),
    [true, true],
  );
});

test("every log is named before its function runs, and kept for logDays", () => {
  const logs = everyOf(synthesize({ ...SMALL_FLEET, logDays: 7 }), "AWS::Logs::LogGroup");
  assert.deepEqual(
    logs.map(({ Properties }) => [Properties.LogGroupName, Properties.RetentionInDays]).sort(),
    [
      ["/aws/lambda/synfleet-aggregate", 7],
      ["/aws/lambda/synfleet-plan", 7],
      ["/aws/lambda/synfleet-probe", 7],
      ["/aws/lambda/synfleet-probe", 7],
    ],
  );
});

function environments(fleet: object): Record<string, string>[] {
  return everyOf(synthesize(fleet), "AWS::Lambda::Function").map(
    ({ Properties }) => (Properties.Environment as { Variables: Record<string, string> }).Variables,
  );
}

test("functions are told nothing but what the contract has a name for", () => {
  const fleets = [EVERYTHING_ON, { ...SMALL_FLEET, options: { hints: false } }];
  const names = new Set(fleets.flatMap(environments).flatMap((told) => Object.keys(told)));
  // No process on Lambda is always on.
  const { alwaysOn: _, ...told } = ENV;
  assert.deepEqual([...names].sort(), Object.values(told).sort());
});

test("every function is told which secrets the fleet lists, if it lists any", () => {
  const listed = environments({ ...SMALL_FLEET, ...SECRETS }).map((told) => told[ENV.secrets]);
  assert.deepEqual([...new Set(listed)], [SECRETS.secrets.join(",")]);
  for (const told of environments(SMALL_FLEET)) assert.equal(ENV.secrets in told, false);
});

test("a fleet whose clockServer is off tells no probe of one, and shows no clock", () => {
  const serversOf = (fleet: object) =>
    environments(fleet).flatMap((told) => told[ENV.clockServer] ?? []);
  const off = { ...SMALL_FLEET, clockServer: "off" };
  assert.deepEqual(serversOf(off), []);
  assert.deepEqual(serversOf(SMALL_FLEET), ["time.aws.com", "time.aws.com"]);
  const shown = (fleet: object) =>
    ["AWS::CloudWatch::Dashboard", "AWS::Logs::QueryDefinition"].map((type) =>
      JSON.stringify(everyOf(synthesize(fleet), type)).includes("ClockOffsetMs"),
    );
  assert.deepEqual(shown(off), [false, false]);
  assert.deepEqual(shown(SMALL_FLEET), [false, true]);
  assert.deepEqual(shown(WATCHED_FLEET), [true, false]);
});

test("a fleet in every region of AWS keeps to Lambda's and IAM's limits", () => {
  const regions = RegionInfo.regions
    .filter(({ name, partition }) => partition === "aws" && name !== "aws-global")
    .map(({ name }) => name);
  assert.ok(regions.length > 25);
  const fleet = { name: "a-name-of-32-letters-is-the-most", regions };
  const { templates } = synthesize(fleet);
  const home = templates[`${fleet.name}-home`];
  assert.ok(home);
  for (const { Properties } of ofType(home, "AWS::IAM::Role"))
    assert.ok(policyCharacters(Properties.Policies) < 10_240, String(Properties.Description));
  for (const told of environments(fleet)) assert.ok(JSON.stringify(told).length < 4_096);
});

/** As IAM counts: without white space; an account's number is 12 digits. */
function policyCharacters(policies: unknown): number {
  const [{ PolicyDocument } = {}] = policies as { PolicyDocument?: object }[];
  const joined = /\{"Fn::Join":\["",\["([^"]*)",\{"Ref":"AWS::AccountId"\},"([^"]*)"\]\]\}/g;
  return JSON.stringify(PolicyDocument).replace(joined, '"$1123456789012$2"').length;
}

for (const [place, { templates }] of Object.entries({ "": small, "full/": watched }))
  for (const [stack, template] of Object.entries(templates))
    test(`${place}${stack} is as its golden template has it`, () => {
      const file = new URL(`../golden/templates/${place}${stack}.json`, import.meta.url);
      assert.deepEqual(maskAssets(template), JSON.parse(readFileSync(file, "utf8")));
    });
