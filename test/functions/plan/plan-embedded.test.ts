import { strict as assert } from "node:assert";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { openHomeStores, openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { ENV } from "../../../shared/contract.ts";
import { parseTask, type Task } from "../../../shared/task/task.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";
import { aFleet, anItem, aRegion, Rig, START_MS } from "./rig.ts";

const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"];
const fleet = aFleet(...REGIONS.map((name) => aRegion(name, { shards: 10 })));

let embedded: Embedded;
before(async () => {
  embedded = await startEmbedded(fleet);
});
after(() => embedded.close());

function openHome() {
  return openHomeStores({ client: embedded.client, fleet: "test" });
}

function openTasks() {
  return openHome().tasks;
}

function openPlans(region: string) {
  const now = () => START_MS;
  return openRegionStores({ client: embedded.client, fleet: "test", region, now }).plans;
}

function taskFrom(item: ReturnType<typeof anItem>): Task {
  const { task } = parseTask(item);
  assert.ok(task);
  return task;
}

test("planFleet plans 3,000 tasks for three regions in one run, and again without a new bundle", async () => {
  const names = Array.from({ length: 3_000 }, (_, i) => `service-${i}.example`);
  await openTasks().putTasks(names.map((name) => taskFrom(anItem(name, { tags: { n: name } }))));
  const rig = new Rig(fleet);
  const real = {
    tasks: openTasks(),
    statuses: openHome().statuses,
    plansOf: openPlans,
  };
  await rig.plan(real);
  assert.equal(rig.metrics.Tasks, 3_000);
  assert.equal(rig.lines.at(-1)?.bundlesWritten, 30);
  for (const region of REGIONS) {
    const shards = (await openPlans(region).readManifest())?.shards ?? [];
    const bundles = await Promise.all(
      shards.map(({ bundle }) => openPlans(region).readBundle(bundle)),
    );
    const planned = bundles.flatMap((bundle) => bundle?.tasks.map(({ name }) => name) ?? []);
    assert.deepEqual(planned.sort(), names.toSorted());
  }
  await rig.plan(real);
  assert.equal(rig.lines.at(-1)?.bundlesWritten, 0);
  await openTasks().deleteTasks(names);
});

test("the plan handler plans by its environment, says what it rejects, and is forced by its event", async () => {
  const bus = await startBus();
  const variables = {
    [ENV.fleet]: "test",
    [ENV.home]: "eu-west-1",
    [ENV.regions]: JSON.stringify(fleet.regions),
    [ENV.bus]: "test",
    AWS_ENDPOINT_URL_DYNAMODB: embedded.endpoint,
    AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  Object.assign(process.env, variables);
  const { handler } = await import("../../../functions/plan/handler.ts");
  const bad = { ...taskFrom(anItem("bad")), timeoutMs: 90_000 };
  await openTasks().putTasks([taskFrom(anItem("a")), bad]);
  await handler({ force: true, "aws.scheduler.attempt": "1" });
  assert.deepEqual(await plannedNames("ap-southeast-2"), ["a"]);
  assert.deepEqual(bus.detailTypes, ["TCP Probe Task Rejected"]);
  await openTasks().deleteTasks(["a", "bad"]);
  await handler("not even an object");
  assert.deepEqual(await plannedNames("ap-southeast-2"), ["a"]);
  bus.close();
});

async function plannedNames(region: string): Promise<string[]> {
  const plans = openPlans(region);
  const hashes = (await plans.readManifest())?.shards.map(({ bundle }) => bundle) ?? [];
  const bundles = await Promise.all(hashes.map((hash) => plans.readBundle(hash)));
  return bundles.flatMap((bundle) => bundle?.tasks.map(({ name }) => name) ?? []);
}

/** Takes every event, as EventBridge answers. */
async function startBus() {
  const detailTypes: string[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
    detailTypes.push(...body.Entries.map(({ DetailType }: { DetailType: string }) => DetailType));
    const Entries = detailTypes.map((_, i) => ({ EventId: String(i) }));
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(JSON.stringify({ FailedEntryCount: 0, Entries }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { endpoint, detailTypes, close };
}
