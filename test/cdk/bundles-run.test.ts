import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type BundleArchitecture, writeBundle } from "../../cdk/parts/bundle.ts";
import { openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import type { FunctionName } from "../../shared/contract.ts";
import { printAskedCheck } from "../../shared/request/request.ts";
import { slotsOfTerm } from "../../shared/slot/slot.ts";
import { parseTask } from "../../shared/task/task.ts";
import { DAY_MS, MINUTE_MS, startOfMinute } from "../../shared/units.ts";
import { aChunk, aFailure } from "../fakes/results.ts";
import { allows, grantsOf, rolesOf } from "./grants-of.ts";
import { invokeBundle } from "./invoke-bundle.ts";
import { type Call, type RecordingAws, startRecordingAws } from "./recording-aws.ts";
import { ofType, synthesize, type Template } from "./synthesize.ts";

const REGION = "eu-west-1";

/** No deployment may open this machine to tasks, so this stands for it until the functions run. */
const STAND_IN = "10.0.0.0/8";
const LOOPBACK = "127.0.0.0/8";

const IN_VPC = {
  name: REGION,
  vpc: {
    subnetIds: ["subnet-0123456789abcdef0"],
    securityGroupIds: ["sg-0123456789abcdef0"],
    allowedPrivateCidrs: [STAND_IN],
  },
};

const { templates } = synthesize({ regions: [IN_VPC], statusPage: true });

const FLEET = {
  name: "synfleet",
  home: REGION,
  regions: [{ name: REGION, shards: 1, vpc: false, ipv6: false }],
};

// Its slot is 6 ms after its cover's beginning, its first failed check turns the region, and it has no
// rechecks, so that the probe ends at once.
const TASK = {
  name: "task-1063",
  host: "127.0.0.1:9",
  schedule_seconds: 60,
  alert: { failure_threshold: 1, recheck_seconds: false },
};

/** As the test reads it in a template. */
const BUCKET = "HomeStatusPageSite";

/** One region alone needs five failures in a row. */
const FAILED_MINUTES = 6;

const folder = mkdtempSync(join(tmpdir(), "synfleet-bundles-"));
let aws: RecordingAws;

before(async () => {
  aws = await startRecordingAws(FLEET);
});

after(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

function templateOf(name: FunctionName): Template {
  const template = templates[name === "probe" ? `synfleet-${REGION}` : "synfleet-home"];
  assert.ok(template);
  return template;
}

/** The environment that the template gives a function, and what Lambda adds. */
function environmentOf(name: FunctionName): Record<string, string> {
  const lambda = ofType(templateOf(name), "AWS::Lambda::Function").find(
    ({ Properties }) => Properties.FunctionName === `synfleet-${name}`,
  );
  assert.ok(lambda);
  const { Variables } = lambda.Properties.Environment as { Variables: Record<string, unknown> };
  const isNamed = "SYNFLEET_STATUS_BUCKET" in Variables;
  return {
    ...JSON.parse(JSON.stringify(Variables).replaceAll(STAND_IN, LOOPBACK)),
    // CloudFormation names it.
    ...(isNamed && { SYNFLEET_STATUS_BUCKET: BUCKET }),
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: "AKIDFROMLAMBDA",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "token",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: aws.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: aws.endpoint,
    AWS_ENDPOINT_URL_S3: aws.endpoint,
  };
}

/** Runs a bundle as Lambda would, and returns the calls that it made. */
async function run(name: FunctionName, event: object): Promise<readonly Call[]> {
  const place = placeOf(name);
  aws.calls.length = 0;
  await invokeBundle(place, event, environmentOf(name));
  return [...aws.calls];
}

const places = new Map<FunctionName, string>();

/** The folder of a function's bundle, which is made once. */
function placeOf(name: FunctionName): string {
  const place = places.get(name) ?? join(folder, name);
  if (!places.has(name)) writeBundle(name, place, process.arch as BundleArchitecture);
  places.set(name, place);
  return place;
}

function assertAllowed(name: FunctionName, calls: readonly Call[]): void {
  const template = templateOf(name);
  const role = rolesOf(template).get(`Runs synfleet-${name}`);
  assert.ok(role);
  const grants = grantsOf(template, role);
  for (const call of calls)
    assert.ok(
      grants.some((grant) => allows(grant, call)),
      `${name} may not ${call.action} on ${call.resource} (${call.keys})`,
    );
}

async function putItem(table: string, item: object): Promise<void> {
  const Item = marshall(item);
  await aws.embedded.client.send(new PutItemCommand({ TableName: table, Item }));
}

/** Some minutes of failed checks, long enough ago to be summarised. */
async function seedFailures(fromMs: number): Promise<void> {
  const { client } = aws.embedded;
  const region = openRegionStores({ client, fleet: "synfleet", region: REGION, keepMs: DAY_MS });
  const { plans, leases, chunks } = region;
  const manifest = await plans.readManifest();
  const bundle = manifest?.shards[0]?.bundle ?? "";
  const toMs = fromMs + FAILED_MINUTES * MINUTE_MS;
  for (let termFromMs = fromMs; termFromMs < toMs; termFromMs += MINUTE_MS) {
    const cover = { fromMs: termFromMs, toMs: termFromMs + MINUTE_MS };
    const task = { name: TASK.name, scheduleMs: TASK.schedule_seconds * 1_000 };
    const failures = slotsOfTerm(task, { staggerPermille: 0 }, cover).map((slotAtMs) =>
      aFailure({ slotAtMs }),
    );
    const chunk = aChunk({ bundle, termFromMs, results: failures });
    await chunks.putChunk({ ...chunk, shard: 0, part: 0 });
  }
  const runs = [{ fromMs, toMs, bundle, staggerPermille: 0 }];
  await leases.moveLease(0, null, { claimedToMs: toMs, runs });
}

test("the plan bundle plans, with no more than its role allows", async () => {
  await putItem("synfleet-tasks", TASK);
  await putItem("synfleet-tasks", { name: "wrong", host: "nowhere" });
  const calls = await run("plan", {});
  assertAllowed("plan", calls);
  assert.ok(calls.some((call) => call.action === "events:PutEvents"));
  assert.ok(calls.some(({ resource }) => resource === `synfleet-plans-${REGION}`));
});

test("the publish bundle writes the status page, with no more than its role allows", async () => {
  const calls = await run("publish", {});
  assertAllowed("publish", calls);
  const written = calls.filter(({ action }) => action === "s3:PutObject");
  assert.deepEqual(written.map(({ resource }) => resource.replace(/task\/.*/, "task/")).sort(), [
    ...["badges/all.svg", "badges/task/", "index.html", "status.json", "style.css"].map(
      (path) => `${BUCKET}/${path}`,
    ),
  ]);
});

test("the bundles sign with the credentials and token of their environment", async () => {
  const calls = await run("plan", {});
  assert.ok(calls.length > 0);
  for (const { authorization, sessionToken } of calls) {
    assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=AKIDFROMLAMBDA\/\d{8}\/eu-west-1\//);
    assert.equal(sessionToken, "token");
  }
});

test("the aggregate bundle summarises and alerts, with no more than its role allows", async () => {
  const fromMs = startOfMinute(Date.now()) - (FAILED_MINUTES + 2) * MINUTE_MS;
  await seedFailures(fromMs);
  const progress = { pk: "fleet", sk: "watermark", watermark_ms: fromMs, open_windows: [] };
  await putItem("synfleet-alerts", progress);
  const first = await run("aggregate", {});
  assertAllowed("aggregate", first);
  const made = new Set(first.map(({ action, resource }) => `${action} ${resource}`));
  assert.ok(made.has("dynamodb:PutItem synfleet-summaries"));
  assert.ok(made.has("dynamodb:BatchWriteItem synfleet-alerts"));
  assert.ok(made.has("events:PutEvents synfleet"));
  await putItem("synfleet-alerts", progress);
  const again = await run("aggregate", {});
  assertAllowed("aggregate", again);
  assert.ok(again.some(({ action }) => action === "dynamodb:BatchGetItem"));
});

test("the probe bundle checks, stores and hints, with no more than its role allows", async () => {
  const calls = await run("probe", { shard: 0 });
  assertAllowed("probe", calls);
  const stored = calls.filter(({ action }) => action === "dynamodb:PutItem");
  assert.deepEqual(
    stored.map(({ keys }) => keys[0]?.split("#")[0]),
    ["lease", "0"],
  );
  const hints = calls.filter(({ action }) => action === "lambda:InvokeFunction");
  assert.deepEqual(
    hints.map(({ resource }) => resource),
    ["synfleet-aggregate"],
  );
});

test("the probe bundle answers who asks for a single check, without a call to AWS", async () => {
  const place = placeOf("probe");
  aws.calls.length = 0;
  const { task } = parseTask(TASK);
  assert.ok(task !== undefined);
  const event = printAskedCheck({ id: "c1", task });
  const out = await invokeBundle(place, event, environmentOf("probe"));
  const { region, record } = JSON.parse(out.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual([region, record.success, record.error_kind], [REGION, false, "refused"]);
  assert.deepEqual(aws.calls, []);
});
