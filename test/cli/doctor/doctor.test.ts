import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { unread } from "../../../cli/doctor/finding.ts";
import { joinUnknown } from "../../../cli/doctor/join-unknown.ts";
import { openHome, openRegion } from "../../../cli/fleet/open-stores.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { INITIAL_FLEET } from "../../../shared/fleet-health/fleet-health.ts";
import { type Bundle, draftPlan } from "../../../shared/plan/plan.ts";
import { MINUTE_MS, startOfMinute, toIso } from "../../../shared/units.ts";
import { TEST_FLEET } from "../../embedded.ts";
import { aTask } from "../../fakes/results.ts";
import { fakeIo } from "../fake-io.ts";
import { startTestFleet, type TestFleet } from "../local-fleet.ts";
import { FakeAws, policyXml } from "./fake-aws.ts";

const NOW = startOfMinute(Date.now());

const DENIED = { status: 400, body: { __type: "x#AccessDeniedException" } };
const GONE = { status: 400, body: { __type: "x#ResourceNotFoundException" } };

const folder = mkdtempSync(join(tmpdir(), "synfleet-doctor-"));
const before_ = { ...process.env };

describe("synfleet doctor --aws", () => {
  let fleet: TestFleet;
  let aws: FakeAws;
  let endpoint = "";

  before(async () => {
    fleet = await startTestFleet();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: fleet.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    await storeFleet(fleet);
  });
  after(async () => {
    process.env = before_;
    await fleet.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async (context) => {
    aws = new FakeAws();
    aws.regions = JSON.stringify(TEST_FLEET.regions);
    endpoint = await aws.listen();
    describeFleet({});
    if ("after" in context) context.after(() => aws.close());
  });

  function describeFleet(more: object): void {
    const { name, home, regions } = TEST_FLEET;
    const described = { name, home, regions: regions.map((region) => region.name), ...more };
    writeFileSync(join(folder, "cdk.json"), JSON.stringify({ context: { fleet: described } }));
  }

  async function ask(...words: readonly string[]) {
    const io = fakeIo({ cwd: folder, now: () => NOW, env: { AWS_ENDPOINT_URL: endpoint } });
    const code = await runCli(["doctor", "--aws", ...words], io);
    aws.close();
    return { code, ...io.heard };
  }

  /** The lines about what is not well. */
  async function askOpen(): Promise<readonly string[]> {
    return (await ask()).out.filter((line) => line.startsWith("  "));
  }

  it("says in one screen that all is well", async () => {
    const { code, out, error } = await ask();
    const parts = "tables, functions, roles, schedules, queue";
    assert.deepEqual(
      [out, error],
      [
        [
          `eu-west-1  well: ${parts}, bus, quotas (6 of 1000 functions at once; 400 of 40000 write units a second), alarms, plan, leases, clock (not measured), minutes, troubles`,
          `us-east-1  well: ${parts}, quotas (3 of 1000 functions at once), alarms, plan, leases, clock (not measured)`,
          "",
          "All is well.",
        ],
        [],
      ],
    );
    assert.equal(code, 0);
  });

  const WRONG: readonly (readonly [
    what: string,
    asked: string,
    told: { status: number; body: object | string },
    line: RegExp,
  ])[] = [
    [
      "a missing table",
      "eu-west-1 DescribeTable test-tasks",
      GONE,
      / {2}wrong {2}tables: Table test-tasks is missing\. To do: see docs\/deploy\.md/,
    ],
    [
      "a table that is made",
      "eu-west-1 DescribeTable test-alerts",
      {
        status: 200,
        body: {
          Table: {
            TableStatus: "CREATING",
            BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
          },
        },
      },
      /test-alerts is CREATING/,
    ],
    [
      "a table with fixed capacity",
      "us-east-1 DescribeTable test-plans-us-east-1",
      { status: 200, body: { Table: { TableStatus: "ACTIVE" } } },
      /test-plans-us-east-1 is not billed on demand/,
    ],
    [
      "a table that forgets nothing",
      "us-east-1 DescribeTimeToLive test-results-us-east-1",
      { status: 200, body: { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } } },
      /does not forget what has expired\. To do: set its time to live to expires_at/,
    ],
    [
      "tasks that can't be restored",
      "eu-west-1 DescribeContinuousBackups test-settings",
      { status: 200, body: {} },
      /test-settings can't be restored/,
    ],
    [
      "a missing function",
      "us-east-1 GetFunctionConfiguration test-probe",
      { status: 404, body: {} },
      /functions: Function test-probe is missing/,
    ],
    [
      "another time-out",
      "us-east-1 GetFunctionConfiguration test-probe",
      {
        status: 200,
        body: {
          Timeout: 3,
          Environment: { Variables: { SYNFLEET_FLEET: "test", SYNFLEET_HOME: "eu-west-1" } },
        },
      },
      /test-probe ends after 3 s/,
    ],
    [
      "another home",
      "us-east-1 GetFunctionConfiguration test-probe",
      {
        status: 200,
        body: {
          Timeout: 180,
          Environment: { Variables: { SYNFLEET_FLEET: "test", SYNFLEET_HOME: "us-east-1" } },
        },
      },
      /works for another fleet or home/,
    ],
    [
      "regions that home does not know yet",
      "eu-west-1 GetFunctionConfiguration test-plan",
      {
        status: 200,
        body: {
          Timeout: 50,
          Environment: {
            Variables: {
              SYNFLEET_FLEET: "test",
              SYNFLEET_HOME: "eu-west-1",
              SYNFLEET_REGIONS: '[{"name":"eu-west-1"},{"name":"us-east-1","retired":true}]',
            },
          },
        },
      },
      /test-plan knows other regions than these\. To do: deploy home's stack/,
    ],
    [
      "errors",
      "eu-west-1 GetMetricData test-plan",
      {
        status: 200,
        body: {
          MetricDataResults: [
            { Id: "errors", Values: [2, 1] },
            { Id: "throttles", Values: [] },
          ],
        },
      },
      /test-plan had 3 errors in the last hour\. To do: see docs\/runbook\.md, "plan errors"/,
    ],
    [
      "throttles",
      "us-east-1 GetMetricData test-probe",
      { status: 200, body: { MetricDataResults: [{ Id: "throttles", Values: [7] }] } },
      /test-probe was throttled 7 times/,
    ],
    [
      "a schedule that is off",
      "us-east-1 GetSchedule test-probe-0",
      {
        status: 200,
        body: {
          State: "DISABLED",
          ScheduleExpression: "rate(1 minute)",
          Target: { DeadLetterConfig: { Arn: "arn:aws:sqs:us-east-1:123456789012:u" } },
        },
      },
      /schedules: Schedule test-probe-0 is DISABLED\. To do: enable it/,
    ],
    [
      "a missing schedule",
      "eu-west-1 GetSchedule test-aggregate",
      { status: 404, body: {} },
      /Schedule test-aggregate is missing/,
    ],
    [
      "what is undelivered",
      "us-east-1 GetQueueAttributes",
      { status: 200, body: { Attributes: { ApproximateNumberOfMessages: "3" } } },
      /queue: 3 invocations could not be delivered/,
    ],
    ["a missing bus", "eu-west-1 DescribeEventBus", GONE, /bus: Bus test is missing/],
    [
      "alarms that are on",
      "us-east-1 DescribeAlarms",
      {
        status: 200,
        body: {
          MetricAlarms: [
            { AlarmName: "test-probe-silent-us-east-1", StateValue: "ALARM" },
            { AlarmName: "test-plans-stale-us-east-1", StateValue: "ALARM" },
          ],
        },
      },
      /alarms: 2 alarms are on: test-probe-silent-us-east-1, test-plans-stale-us-east-1\./,
    ],
    [
      "a missing alarm",
      "eu-west-1 DescribeAlarms",
      {
        status: 200,
        body: {
          MetricAlarms: [{ AlarmName: "test-probe-silent-eu-west-1", StateValue: "OK" }],
        },
      },
      /Alarm test-aggregator-silent-eu-west-1 is missing/,
    ],
    [
      "a rule that is off",
      "eu-west-1 ListRules",
      { status: 200, body: { Rules: [{ Name: "m\u001b[2J", State: "DISABLED" }] } },
      /Rule m\\u001b\[2J is disabled/,
    ],
    [
      "a new account",
      "us-east-1 GetAccountSettings",
      { status: 200, body: { AccountLimit: { ConcurrentExecutions: 2 } } },
      /quotas: Lambda runs 2 functions at once here, and the fleet may need 3/,
    ],
    [
      "a low limit of tables",
      "eu-west-1 DescribeLimits",
      { status: 200, body: { TableMaxWriteCapacityUnits: 399 } },
      /takes 399 write units a second, and 100 tasks that all fall may need 400/,
    ],
  ];
  // Cases about one question, and about the bus and its rules, are not asked together.
  const turnOf = (i: number) => {
    const questionOf = (asked = "") =>
      asked.split(" ")[1]?.replace("DescribeEventBus", "ListRules");
    const own = questionOf(WRONG[i]?.[1]);
    return WRONG.slice(0, i).filter(([, asked]) => questionOf(asked) === own).length;
  };
  const turns = WRONG.map((_, i) => turnOf(i));
  for (const turn of new Set(turns)) {
    const cases = WRONG.filter((_, i) => turns[i] === turn);
    it(`tells of ${cases.map(([what]) => what).join(", ")}, and of nothing else`, async () => {
      for (const [, asked, told] of cases) aws.told.set(asked, told);
      const lines = await askOpen();
      for (const [what, , , line] of cases) assert.match(lines.join("\n"), line, what);
      assert.equal(lines.length, cases.length, lines.join("\n"));
    });
  }

  it("hints that a bus has no rule, which is not wrong", async () => {
    const Rules = [{ Name: "a", ManagedBy: "events" }];
    aws.told.set("eu-west-1 ListRules", { status: 200, body: { Rules } });
    const { code, out } = await ask();
    const [hinted, ...more] = out.filter((line) => line.startsWith("  "));
    assert.match(hinted ?? "", /^ {2}hint {2}bus: Nobody hears of alerts/);
    assert.deepEqual([code, more, out.at(-1)], [0, [], "All is well."]);
  });

  it("hints where the deployed memory or shards are not those of cdk.json", async () => {
    const [home, other] = TEST_FLEET.regions;
    aws.regions = JSON.stringify([home, { ...other, shards: 2 }]);
    describeFleet({ regions: ["eu-west-1", { name: "us-east-1", memoryMb: 256 }] });
    const { code, out } = await ask();
    const todo = "To do: deploy, or take the deployed figure into cdk.json.";
    assert.deepEqual(
      out.filter((line) => line.startsWith("  ")),
      [
        `  hint  functions: us-east-1 is planned for 2 shards, and by cdk.json for 1. ${todo}`,
        `  hint  functions: Function test-probe has 128 MB, and by cdk.json 256. ${todo}`,
      ],
    );
    assert.deepEqual([code, out.at(-1)], [0, "All is well."]);
  });

  const QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:test-Bursts-1";
  const BURSTS: readonly (readonly [
    asked: string,
    told: { status: number; body: object },
    line: RegExp | null,
  ])[] = [
    ["ListEventSourceMappings", mappingOf(QUEUE_ARN, "Enabled"), null],
    [
      "ListEventSourceMappings",
      mappingOf(QUEUE_ARN, "Disabled"),
      /The event source of queue test-Bursts-1 is Disabled\. To do: enable it/,
    ],
    [
      "ListEventSourceMappings",
      mappingOf(`${QUEUE_ARN}0`, "Enabled"),
      /Nothing brings the messages of queue test-Bursts-1 to the probe/,
    ],
    [
      "GetQueueAttributes test-Bursts-1",
      { status: 400, body: { __type: "x#QueueDoesNotExist" } },
      /Queue test-Bursts-1 is missing/,
    ],
  ];
  it("asks the queue that brings bursts, and its event source, where probes have one", async () => {
    for (const [asked, told, line] of BURSTS) {
      aws.close();
      aws = new FakeAws();
      aws.regions = JSON.stringify(TEST_FLEET.regions);
      endpoint = await aws.listen();
      aws.burstQueue = "https://sqs.us-east-1.amazonaws.com/123456789012/test-Bursts-1";
      for (const region of ["eu-west-1", "us-east-1"])
        aws.told.set(`${region} ListEventSourceMappings`, mappingOf(QUEUE_ARN, "Enabled"));
      aws.told.set(`us-east-1 ${asked}`, told);
      const { out } = await ask();
      const lines = out.filter((one) => one.startsWith("  "));
      assert.equal(lines.length, line === null ? 0 : 1, lines.join("\n"));
      if (line !== null) assert.match(lines[0] ?? "", line);
      assert.match(out[0] ?? "", /schedules, queue, bursts, bus/);
    }
  });

  it("tells of a role without its policy, or with too little in it", async () => {
    aws.told.set("us-east-1 GetRolePolicy r-probe", {
      status: 404,
      body: "<Code>NoSuchEntity</Code>",
    });
    aws.told.set("us-east-1 GetRolePolicy r-plan", {
      status: 200,
      body: policyXml(["dynamodb:Scan"]),
    });
    const lines = await askOpen();
    assert.match(lines.join("\n"), /Role r-probe of probe has no policy "permissions"/);
    assert.match(lines.join("\n"), /Role r-plan of plan lacks dynamodb:GetItem, dynamodb:PutItem/);
  });

  it("does not say that roles are well whose functions are missing", async () => {
    aws.told.set("us-east-1 GetFunctionConfiguration", { status: 404, body: {} });
    aws.told.set("eu-west-1 GetFunctionConfiguration test-plan", { status: 404, body: {} });
    const { code, out } = await ask();
    const heads = out.filter((line) => line.includes("  well: "));
    assert.deepEqual([code, heads.length], [1, 2]);
    for (const head of heads) assert.match(head, /well: tables, schedules, queue/);
  });

  it("says once of each region that nobody answers", async () => {
    const silent = new FakeAws();
    const url = await silent.listen();
    silent.close();
    process.env.AWS_ENDPOINT_URL_DYNAMODB = url;
    const io = fakeIo({ cwd: folder, now: () => NOW, env: { AWS_ENDPOINT_URL: url } });
    const code = await runCli(["doctor", "--aws"], io);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = fleet.endpoint;
    const todo = "check AWS_ENDPOINT_URL, the network and the region";
    const line = `  ?  region: There is no answer from ${new URL(url).host}. To do: ${todo}.`;
    assert.deepEqual(io.heard.out, [
      ...["eu-west-1  nothing is known", line, "us-east-1  nothing is known", line],
      ...["", "2 regions could not be asked."],
    ]);
    assert.equal(code, 3);
  });

  it("refuses an endpoint that is no URL, without a password in it", async () => {
    for (const [value, shown] of [
      ["notaurl", "notaurl"],
      ["u:secret@host", "…@host"],
    ]) {
      const io = fakeIo({ cwd: folder, env: { AWS_ENDPOINT_URL_IAM: value } });
      assert.equal(await runCli(["doctor", "--aws"], io), 3);
      const sentence = `AWS_ENDPOINT_URL_IAM must be a URL like https://host:port, is "${shown}".`;
      assert.deepEqual(io.heard.error, [`synfleet: ${sentence}`]);
    }
  });

  it("calls what a store throws by its code, and never just an error", () => {
    const about = { region: "eu-west-1", part: "plan" } as const;
    const fault = Object.assign(new Error("no"), { name: "ThrottlingException", $fault: "client" });
    const cases: readonly (readonly [thrown: unknown, why: string])[] = [
      [Object.assign(new Error("connect"), { code: "ECONNREFUSED" }), "there was no answer"],
      [Object.assign(new Error("late"), { name: "TimeoutError" }), "there was no answer"],
      [fault, "ThrottlingException"],
      [new Error("odd item"), "odd item"],
    ];
    for (const [thrown, why] of cases)
      assert.equal(unread(about, "The plan", thrown).text, `The plan is not known: ${why}`);
    const own = [unread(about, "The plan", fault), unread(about, "The clock", fault)];
    const texts = joinUnknown(own, "AWS").map(({ text }) => text);
    assert.deepEqual(texts, ["Nothing of this region is known: ThrottlingException"]);
    assert.deepEqual(joinUnknown(own.slice(1), "AWS"), own.slice(1));
  });

  it("names the permission that a question lacks, asks all else and ends with 3", async () => {
    aws.told.set("us-east-1 GetSchedule", {
      status: 403,
      body: { Message: "User x is not authorized to perform: scheduler:GetSchedule" },
    });
    aws.told.set("eu-west-1 DescribeLimits", DENIED);
    aws.told.set("us-east-1 GetRolePolicy", { status: 403, body: "<Code>AccessDenied</Code>" });
    const { code, out } = await ask();
    assert.equal(code, 3);
    const text = out.join("\n");
    for (const action of ["scheduler:GetSchedule", "dynamodb:DescribeLimits", "iam:GetRolePolicy"])
      assert.match(text, new RegExp(`is not known: ${action} is not allowed\\. To do: `));
    assert.match(text, /quotas \(3 of 1000 functions at once\), alarms, plan, leases, clock/);
  });

  it("tells of a retired region whose stack is still there, and of one whose stack is gone", async () => {
    describeFleet({
      regions: [
        "eu-west-1",
        "us-east-1",
        ...["a", "b"].map((name) => ({ name: `${name}p-south-1`, retired: true })),
      ],
    });
    aws.told.set("bp-south-1 GetFunctionConfiguration", { status: 404, body: {} });
    const lines = await askOpen();
    assert.match(
      lines[0] ?? "",
      /its stack is still there\. To do: npx cdk destroy test-ap-south-1/,
    );
    assert.match(lines[1] ?? "", /its stack is gone\. To do: take it out of cdk\.json/);
  });

  it("asks home for the tables of a location, and for no function of it", async () => {
    describeFleet({ locations: ["office"] });
    const regions = [...TEST_FLEET.regions, { name: "office", shards: 1 }];
    aws.regions = JSON.stringify(regions);
    aws.told.set("eu-west-1 DescribeTable test-plans-office", GONE);
    const { out } = await ask();
    const own = out.slice(out.findIndex((line) => line.startsWith("office")));
    assert.match(own[1] ?? "", /Table test-plans-office is missing/);
    assert.deepEqual(
      own.filter((line) => /functions|schedules|quotas/.test(line)),
      [],
    );
    assert.ok(aws.asked.every((asked) => !asked.startsWith("office")));
    assert.ok(out.some((line) => line.startsWith("us-east-1  well: tables, functions")));
  });

  it("tells of what stands still, and of trouble that home knows of", async () => {
    const later = NOW + 10 * MINUTE_MS;
    const { fleetRecord } = openHome(fleet.open);
    const troubles = { "region_missing us-east-1": { number: 1, sinceMs: NOW, recent: 7 } };
    const state = { ...INITIAL_FLEET, troubles, troublesToMs: NOW };
    const record = { version: 1, state, pending: [], unrecorded: [] };
    assert.equal(await fleetRecord.putFleet(record), "stored");
    const io = fakeIo({ cwd: folder, now: () => later, env: { AWS_ENDPOINT_URL: endpoint } });
    const code = await runCli(["doctor", "--aws", "--json"], io);
    await fleetRecord.putFleet({ ...record, version: 2, state: INITIAL_FLEET });
    const { well, findings } = JSON.parse(io.heard.out.join(""));
    const told = findings.filter(({ level }: { level: string }) => level !== "well");
    const stands = (region: string) => [
      [region, "plan", `The plan is of ${toIso(NOW)}`],
      [region, "leases", `Shard 0 stands still since ${toIso(NOW + MINUTE_MS)}`],
    ];
    const texts = told.map(({ region, part, text }: Record<string, string>) => [
      region,
      part,
      text,
    ]);
    assert.deepEqual(texts, [
      ...stands("eu-west-1"),
      ["eu-west-1", "minutes", `The last summarised minute ended at ${toIso(NOW)}`],
      [
        "eu-west-1",
        "troubles",
        `Home tells of trouble: region missing in us-east-1 since ${toIso(NOW)}`,
      ],
      ...stands("us-east-1"),
    ]);
    assert.deepEqual([code, well], [1, false]);
  });

  it("asks a fleet on AWS only", async () => {
    const io = fakeIo();
    assert.equal(await runCli(["doctor"], io), 2);
    assert.match(io.heard.error[0] ?? "", /doctor asks a fleet on AWS: doctor --aws/);
  });
});

function mappingOf(EventSourceArn: string, State: string) {
  return { status: 200, body: { EventSourceMappings: [{ EventSourceArn, State }] } };
}

/** A fleet that has planned, claimed and summarised up to now. */
async function storeFleet({ open }: TestFleet): Promise<void> {
  for (const { manifest, bundles } of draftPlan(TEST_FLEET, [aTask("a")], NOW)) {
    const { plans, leases } = openRegion(open, manifest.region);
    for (const [hash, bundle] of bundles as ReadonlyMap<string, Bundle>)
      await plans.writeBundle(hash, bundle, NOW + 600 * MINUTE_MS);
    await plans.writeManifest(manifest);
    await leases.moveLease(0, null, { claimedToMs: NOW + MINUTE_MS, runs: [] });
  }
  await openHome(open).progress.writeProgress({ watermarkMs: NOW, openWindows: [] });
}
