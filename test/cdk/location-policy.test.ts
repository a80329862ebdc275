import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stack } from "aws-cdk-lib";
import { parseFleetConfig } from "../../cdk/config/parse-fleet-config.ts";
import { FleetLocation } from "../../cdk/region/fleet-location.ts";
import { openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { type AgentEvent, runAgent } from "../../local/agent/agent.ts";
import { NO_AWS_FILES } from "../../local/aws/own-settings.ts";
import { ENV } from "../../shared/contract.ts";
import { draftPlan, type Fleet } from "../../shared/plan/plan.ts";
import { parseTask } from "../../shared/task/task.ts";
import { DAY_MS } from "../../shared/units.ts";
import { type SecretsServer, startSecretsServer } from "../fakes/secrets-server.ts";
import { refusedPort, startTcpServer } from "../fakes/tcp-server.ts";
import { allows, type Grant, grantsOfPolicy } from "./grants-of.ts";
import { type Call, type RecordingAws, startRecordingAws } from "./recording-aws.ts";
import { newApp, SECRETS, type Template } from "./synthesize.ts";

const HOME = "eu-west-1";
const LOCATION = "office";
const OPTIONS = { secrets: SECRETS.secrets.slice(0, 2), locations: [LOCATION] };

const FLEET: Fleet = {
  name: "synfleet",
  home: HOME,
  regions: [
    {
      ...{ name: LOCATION, shards: 1, vpc: false, ipv6: false, agent: true },
      allowedCidrs: ["127.0.0.0/8"],
    },
  ],
};

const environment = { ...process.env };
let aws: RecordingAws;
let secrets: SecretsServer;
let dir: string;

before(async () => {
  aws = await startRecordingAws(FLEET);
  secrets = await startSecretsServer();
  dir = await mkdtemp(join(tmpdir(), "synfleet-location-policy-"));
  Object.assign(process.env, NO_AWS_FILES, {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_DYNAMODB: aws.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: aws.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    AWS_ENDPOINT_URL_SSM: secrets.endpoint,
  });
});

after(async () => {
  process.env = environment;
  await Promise.all([aws.close(), secrets.close()]);
  await rm(dir, { recursive: true });
});

/** Every second a check that fails, which is news at once, and one that says two secrets. */
async function plan(): Promise<void> {
  const echo = await startTcpServer();
  after(() => echo.close());
  const every = { schedule_seconds: 1, timeout_seconds: 1 };
  const alert = { failure_threshold: 1, recheck_seconds: false };
  const said = SECRETS.secrets.slice(0, 2).map((name) => `\${${name}}`);
  const tasks = [
    { ...every, name: "gone", host: `127.0.0.1:${await refusedPort()}`, alert },
    {
      ...every,
      name: "door",
      host: `127.0.0.1:${echo.port}`,
      dialogue: [{ send: said.join(" ") }],
    },
  ].map((raw) => parseTask(raw).task ?? assert.fail(JSON.stringify(parseTask(raw).problems)));
  for (const name of ["prod/mail@1", "token"]) secrets.texts.set(name, "very private");
  const [own] = draftPlan(FLEET, tasks, Date.now());
  assert.ok(own);
  const { plans } = openRegionStores({
    ...{ client: aws.embedded.client, fleet: FLEET.name, region: LOCATION, now: Date.now },
  });
  for (const [hash, bundle] of own.bundles)
    await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
  await plans.writeManifest({ ...own.manifest, alertDefaults: {} });
}

/** Runs the agent until something is so, ends it in order, and says what it told. */
async function run(isEnough: () => boolean | Promise<boolean>): Promise<AgentEvent["event"][]> {
  const stop = new AbortController();
  const told: AgentEvent["event"][] = [];
  const running = runAgent({
    ...{ fleet: FLEET.name, location: LOCATION, home: HOME, dir, resultDays: 1 },
    environment: {
      [ENV.fleet]: FLEET.name,
      [ENV.home]: HOME,
      [ENV.alwaysOn]: "true",
      [ENV.allowedCidrs]: "127.0.0.0/8",
      [ENV.secrets]: OPTIONS.secrets.join(","),
    },
    stop: stop.signal,
    log: ({ event }) => told.push(event),
  });
  while (!(await isEnough())) await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  await running;
  return told;
}

/** What IAM would be asked for a secret. */
function secretCalls(): Call[] {
  return secrets.reads.map(({ target, body }) => {
    const [service, operation] = target.split(".");
    const { SecretId, Name } = body as { SecretId?: string; Name?: string };
    const isParameter = service === "AmazonSSM";
    const place = isParameter ? `parameter/${Name}` : `secret:${SecretId}-AbCdEf`;
    return {
      action: `${isParameter ? "ssm" : "secretsmanager"}:${operation}`,
      resource: `arn:aws:${isParameter ? "ssm" : "secretsmanager"}:${HOME}:AWS::AccountId:${place}`,
      ...{ keys: [], authorization: "", sessionToken: undefined },
    };
  });
}

/** The location's stack alone, since those of functions take seconds. */
function templateOfLocation(): Template {
  const fleet = parseFleetConfig({ regions: [HOME], ...OPTIONS });
  const app = newApp();
  const stack = new Stack(app, "location", { env: { region: HOME } });
  new FleetLocation(stack, "Location", { fleet, location: fleet.locations[0] ?? assert.fail() });
  return app.synth().getStackByName("location").template;
}

test("an agent may do what it does from its start to its end, AWS away or not, and nothing else", async () => {
  await plan();
  const hints = () => aws.calls.filter(({ action }) => action === "lambda:InvokeFunction").length;
  const kept = async () => (await readdir(join(dir, "results"))).length;
  await run(() => hints() > 0 && new Set(secrets.reads.map(({ target }) => target)).size === 2);
  aws.isAway = true;
  const alone = await run(async () => (await kept()) > 0);
  assert.ok(alone.includes("aws-lost") && (await kept()) > 0, "results are kept");
  aws.isAway = false;
  const before = hints();
  const back = await run(() => hints() > before);
  assert.ok(back.includes("delivered") && (await kept()) === 0, "they are delivered late");

  const grants = grantsOfPolicy(templateOfLocation());
  const calls = [...aws.calls, ...secretCalls()];
  const denied = calls.filter((call) => !grants.some((grant) => allows(grant, call)));
  assert.deepEqual([...new Set(denied.map(({ action, resource }) => `${action} ${resource}`))], []);
  const isOfNoUse = (grant: Grant) => !calls.some((call) => allows(grant, call));
  assert.deepEqual(grants.filter(isOfNoUse), []);
  assert.equal(grants.length, 6);
});
