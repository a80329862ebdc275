import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Call } from "../../../cli/command/command.ts";
import { UsageError } from "../../../cli/command/errors.ts";
import { placeOf } from "../../../cli/fleet/fleet-options.ts";
import { keptEventDays, readCdkFleet } from "../../../cli/fleet/read-cdk-fleet.ts";
import { fakeIo } from "../fake-io.ts";

const CDK_JSON = {
  app: "node cdk/app.ts",
  context: {
    fleet: {
      name: "prod",
      home: "eu-central-1",
      secrets: ["ssm:token"],
      expectedTasks: 4_000,
      expectedScheduleSeconds: 10,
      regions: [
        "us-east-1",
        {
          name: "eu-west-1",
          shards: 3,
          memoryMb: 512,
          vpc: { subnetIds: ["subnet-1"], ipv6: true },
        },
        {
          name: "us-west-1",
          shards: 1,
          memoryMb: "auto",
          vpc: { allowedPrivateCidrs: ["10.0.0.0/16"] },
        },
      ],
    },
  },
};

const PROD = {
  name: "prod",
  home: "eu-central-1",
  regions: [
    { name: "us-east-1", shards: 1, memoryMb: 160, vpc: false, ipv6: false, allowedCidrs: [] },
    { name: "eu-west-1", shards: 3, memoryMb: 512, vpc: true, ipv6: true, allowedCidrs: [] },
    {
      name: "us-west-1",
      shards: 1,
      memoryMb: 160,
      vpc: true,
      ipv6: false,
      allowedCidrs: ["10.0.0.0/16"],
    },
  ].map((region) => ({ ...region, secrets: ["ssm:token"] })),
};

function callIn(cwd: string, options: Call["options"]): Call {
  return { args: [], given: [], options, io: fakeIo({ cwd }) };
}

function withCdkJson(use: (dir: string) => void): void {
  const dir = mkdtempSync(join(tmpdir(), "synfleet-cli-"));
  try {
    writeFileSync(join(dir, "cdk.json"), JSON.stringify(CDK_JSON));
    use(dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test("readCdkFleet reads regions as names and as objects, with the defaults of a deployment", () => {
  assert.deepEqual(readCdkFleet(CDK_JSON), PROD);
  assert.deepEqual(readCdkFleet({ context: { fleet: {} } }), {
    name: "synfleet",
    home: "eu-west-1",
    regions: undefined,
  });
  for (const without of [null, {}, { context: {} }]) assert.equal(readCdkFleet(without), null);
});

test("placeOf takes the fleet of cdk.json and lets options replace its parts", () => {
  withCdkJson((dir) => {
    assert.deepEqual(placeOf(callIn(dir, { aws: true })), { kind: "aws", fleet: PROD });
    const options = { aws: true, fleet: "test", regions: "us-west-2:2, eu-west-1" };
    assert.deepEqual(placeOf(callIn(dir, options)), {
      kind: "aws",
      fleet: {
        name: "test",
        home: "eu-central-1",
        regions: [
          { name: "us-west-2", shards: 2, vpc: false, ipv6: false },
          { name: "eu-west-1", shards: 1, vpc: false, ipv6: false },
        ],
      },
    });
  });
});

test("placeOf is local unless AWS is asked for", () => {
  assert.deepEqual(placeOf(callIn("/nowhere", {})), { kind: "local", dir: ".synfleet" });
  assert.deepEqual(placeOf(callIn("/nowhere", { data: "x" })), { kind: "local", dir: "x" });
});

test("placeOf refuses an incomplete AWS fleet, invalid regions, and options that exclude each other", () => {
  const refused: [Call["options"], RegExp][] = [
    [{ aws: true }, /^--aws needs --fleet, --home and --regions/],
    [{ aws: true, data: "x" }, /^--data does not go with --aws/],
    [{ home: "eu-west-1" }, /^--home goes with --aws only/],
    [
      { aws: true, fleet: "f", home: "eu-west-1", regions: "everywhere" },
      /^--regions must be like/,
    ],
    [{ aws: true, fleet: "a b", home: "eu-west-1", regions: "eu-west-1" }, /fleet must be/],
    [{ aws: true, fleet: "f", home: "eu-west-1", regions: "eu-west-1,eu-west-1" }, /named twice/],
  ];
  for (const [options, sentence] of refused) {
    assert.throws(
      () => placeOf(callIn("/nowhere", options)),
      (error) => error instanceof UsageError && sentence.test(error.message),
    );
  }
});

test("readCdkFleet keeps retired regions apart, so that they are neither probed nor paid", () => {
  const regions = ["eu-west-1", { name: "us-east-1", retired: true }];
  const described = readCdkFleet({ context: { fleet: { regions } } });
  assert.deepEqual(
    described?.regions?.map(({ name }) => name),
    ["eu-west-1"],
  );
  assert.deepEqual(described?.retired, ["us-east-1"]);
});

test("keptEventDays is what the deployment keeps, else the default", () => {
  const daysOf = (fleet: object) => keptEventDays({ context: { fleet } });
  assert.equal(daysOf({ summaryDays: 365 }), 365);
  assert.deepEqual(
    [daysOf({ summaryDays: "long" }), daysOf({}), keptEventDays(null)],
    [90, 90, 90],
  );
});
