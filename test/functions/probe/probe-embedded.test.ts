import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { connectServices } from "../../../functions/probe/connect-services.ts";
import { parseProbeEvent } from "../../../functions/probe/parse-probe-event.ts";
import { ENV } from "../../../shared/contract.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { bundleOf, encodeBundle } from "../../../shared/plan/plan.ts";
import {
  printAskedCheck,
  printCheckRequest,
  printNextBurst,
} from "../../../shared/request/request.ts";
import { errorKindOf } from "../../../shared/result/result.ts";
import { slotsOfTerm } from "../../../shared/slot/slot.ts";
import type { Task } from "../../../shared/task/task.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";
import { aTask } from "../../fakes/results.ts";
import { type SqsServer, startSqs } from "../../fakes/sqs-server.ts";
import { readableLease } from "../../fakes/stores.ts";
import { refusedPort, startTcpServer, type TcpServer } from "../../fakes/tcp-server.ts";

const REGION = "eu-west-1";

let embedded: Embedded;
let server: TcpServer;
let queue: SqsServer;
before(async () => {
  embedded = await startEmbedded();
  server = await startTcpServer();
  queue = await startSqs();
});
after(async () => {
  await server.close();
  await queue.close();
  await embedded.close();
});

/** A task once a minute whose slot is among the first of its lease term, so that the test does not wait. */
function anEarlyTask(label: string, different: Partial<Task>): Task {
  // One name in a hundred is early enough.
  for (let i = 0; i < 10_000; i++) {
    const task = aTask(`${label} ${i}`, { scheduleMs: 60_000, ...different });
    const [slotAtMs = 60_000] = slotsOfTerm(
      task,
      { staggerPermille: 0 },
      { fromMs: 0, toMs: 60_000 },
    );
    if (slotAtMs < 100) return task;
  }
  return assert.fail("no name has an early slot");
}

function openStores() {
  return openRegionStores({ client: embedded.client, fleet: "test", region: REGION });
}

async function storePlan(tasks: readonly Task[], alertDefaults?: AlertOverrides) {
  const { plans } = openStores();
  const bundle = bundleOf(tasks);
  const { hash } = encodeBundle(bundle);
  await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
  const shards = [{ shard: 0, bundle: hash, taskCount: tasks.length }];
  await plans.writeManifest({
    region: REGION,
    plannedAtMs: Date.now(),
    staggerPermille: 0,
    shards,
    ...(alertDefaults !== undefined && { alertDefaults }),
  });
  return bundle;
}

describe("the probe handler", () => {
  it("checks real ports by its environment and stores what it found", async () => {
    Object.assign(process.env, {
      [ENV.fleet]: "test",
      [ENV.allowedCidrs]: "127.0.0.1/32",
      AWS_REGION: REGION,
      [ENV.burstQueue]: "https://sqs.eu-west-1.amazonaws.com/123456789012/test-bursts",
      AWS_ENDPOINT_URL_SQS: queue.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: embedded.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    const to = (hostname: string, port: number) => ({ target: { hostname, port } });
    const closed = await refusedPort();
    const { tasks } = await storePlan([
      anEarlyTask("another loopback address", to("127.0.0.2", server.port)),
      anEarlyTask("closed as expected", { ...to("127.0.0.1", closed), expect: "closed" }),
      anEarlyTask("metadata", to("169.254.169.254", 80)),
      anEarlyTask("name", to("localhost", server.port)),
      anEarlyTask("open", to("127.0.0.1", server.port)),
      anEarlyTask("open against hope", { ...to("127.0.0.1", server.port), expect: "closed" }),
      anEarlyTask("refused", to("127.0.0.1", closed)),
    ]);
    const { handler } = await import("../../../functions/probe/handler.ts");
    await handler({ shard: 0 });
    await handler({ shard: 0 });

    const { leases, chunks: store } = openStores();
    const lease = await readableLease(leases, 0);
    const [run] = lease?.runs ?? [];
    assert.ok(lease !== null && run !== undefined);
    assert.equal(lease.claimedToMs - run.fromMs, 60_000);
    const { chunks, damaged } = await store.readChunks(0, run);
    assert.deepEqual(damaged, []);
    const found = chunks
      .flatMap((chunk) => chunk.results)
      .sort((a, b) => a.taskIndex - b.taskIndex)
      .map(({ taskIndex, outcome, expect }) => [
        tasks[taskIndex]?.name.replace(/ \d+$/, ""),
        errorKindOf(outcome, expect),
      ]);
    assert.deepEqual(found, [
      ["another loopback address", "unsupported"],
      ["closed as expected", "refused"],
      ["metadata", "unsupported"],
      ["name", null],
      ["open", null],
      ["open against hope", "unexpected_open"],
      ["refused", "refused"],
    ]);
  });

  it("checks real ports on request, the refused one again, and files that under the shard's term", async () => {
    const to = (port: number) => ({ target: { hostname: "127.0.0.1", port } });
    const [open, refused, other] = [to(server.port), to(await refusedPort()), to(server.port)].map(
      (target, i) => aTask(`asked ${i}`, { scheduleMs: 300_000, ...target }),
    );
    assert.ok(open !== undefined && refused !== undefined && other !== undefined);
    await storePlan([open, refused, other], { recheckSeconds: [1], failureThreshold: 1 });
    const { handler } = await import("../../../functions/probe/handler.ts");
    const taskNames = [open.name, refused.name];
    const request = { id: "r1", shard: 0, taskNames, atMs: Date.now() };
    const before = await openStores().leases.readLease(0);
    await handler(printCheckRequest(request));
    await handler(printCheckRequest(request));
    const { leases, chunks: store } = openStores();
    const lease = await readableLease(leases, 0);
    assert.deepEqual(lease, before);
    const [run] = lease?.runs ?? [];
    assert.ok(run !== undefined);
    const { chunks } = await store.readChunks(0, run);
    const found = chunks
      .flatMap(({ results }) => results.filter(({ recheck }) => recheck))
      .map(({ taskIndex, outcome, slotAtMs }) => [taskIndex, outcome, slotAtMs - request.atMs]);
    assert.deepEqual(found.toSorted(), [
      [0, "open", 0],
      [1, "refused", 0],
      [1, "refused", 1_000],
    ]);
  });
});

describe("the probe handler, with the rest of a term in a message", () => {
  it("makes the checks of the burst, and hands what is left over to the queue", async () => {
    const scheduleMs = 20_000;
    const to = { hostname: "127.0.0.1", port: server.port };
    const tasks = [aTask("burst", { scheduleMs, target: to })];
    const bundle = bundleOf(tasks);
    const { hash } = encodeBundle(bundle);
    const { plans, leases, chunks: store } = openStores();
    await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
    // A burst begins in 200 ms or a little more, and the next one 20 s later.
    const soonMs = (Date.now() + 220) % scheduleMs;
    const timetable = { staggerPermille: Math.ceil(soonMs / 20) % 1_000, burstMs: 1 };
    const plannedAtMs = Date.now();
    const shards = [{ shard: 7, bundle: hash, taskCount: 1, burstMs: 1 }];
    await plans.writeManifest({ region: REGION, plannedAtMs, staggerPermille: 0, shards });
    const fromMs = plannedAtMs - 5_000;
    const term = { fromMs, toMs: fromMs + 60_000 };
    const run = { ...term, bundle: hash, ...timetable };
    await leases.moveLease(7, null, { claimedToMs: run.toMs, runs: [run] });
    const [slotAtMs, nextMs] = tasks
      .flatMap((task) => slotsOfTerm(task, timetable, term))
      .filter((slot) => slot > plannedAtMs);
    assert.ok(slotAtMs !== undefined && nextMs !== undefined);

    const { handler } = await import("../../../functions/probe/handler.ts");
    const message = printNextBurst({ shard: 7, termFromMs: fromMs, fromMs: slotAtMs, part: 3 });
    const event = { Records: [{ body: JSON.stringify(message) }] };
    await handler(event);
    await handler(event);
    const { chunks } = await store.readChunks(7, term);
    assert.deepEqual(
      chunks.map(({ part, results }) => [part, results.map((result) => result.slotAtMs)]),
      [[3, [slotAtMs]]],
    );
    const [result] = chunks[0]?.results ?? [];
    assert.equal(result?.outcome, "open");
    const [sent, ...others] = queue.messages();
    assert.deepEqual(others, []);
    assert.deepEqual(parseProbeEvent(queue.eventOf(sent)), {
      burst: { shard: 7, termFromMs: fromMs, fromMs: nextMs, part: 4 },
    });
    // Two to three seconds before the instant.
    const seconds = Number(sent?.DelaySeconds);
    assert.ok(seconds === 17 || seconds === 16, String(seconds));
  });
});

describe("the probe handler, asked for a single check", () => {
  const isOpen = (answer: unknown) => Object(answer).record?.success;

  it("answers with what it finds at a real port, in the plan or not, and stores nothing", async () => {
    const { handler } = await import("../../../functions/probe/handler.ts");
    const span = { fromMs: Date.now() - DAY_MS, toMs: Date.now() + DAY_MS };
    const stored = async () => {
      const { leases, chunks } = openStores();
      return [await leases.readLease(0), (await chunks.readChunks(0, span)).chunks];
    };
    const before = await stored();
    const to = (hostname: string, port: number) => aTask("asked", { target: { hostname, port } });
    const ask = (task: Task) => handler(printAskedCheck({ id: "c1", task }));
    assert.equal(isOpen(await ask(to("127.0.0.1", server.port))), true);
    assert.equal(isOpen(await ask(to("127.0.0.1", await refusedPort()))), false);
    assert.equal(isOpen(await ask(to("127.0.0.2", server.port))), false);
    const refused = { region: REGION, error: "The task has a wrong name" };
    assert.deepEqual(await handler({ check: { id: "c1", task: {} } }), refused);
    assert.deepEqual(await stored(), before);
  });
});

describe("connectServices", () => {
  it("names everything that the environment lacks", () =>
    assert.throws(() => connectServices({}, new AbortController().signal), {
      message: "Missing environment variables: SYNFLEET_FLEET, AWS_REGION",
    }));

  it("opens no range on a typo", () => {
    const environment = { [ENV.fleet]: "f", AWS_REGION: REGION, [ENV.allowedCidrs]: "10.0.0.0" };
    assert.throws(() => connectServices(environment, new AbortController().signal), {
      message: 'An allowed CIDR must be like 10.0.0.0/8 or fd12::/48, is "10.0.0.0"',
    });
  });
});

describe("parseProbeEvent", () => {
  it("gives the shard, whatever else the event has", () =>
    assert.deepEqual(parseProbeEvent({ shard: 3, "aws.scheduler.attempt": "1" }), { shard: 3 }));

  it("gives a request", () => {
    const request = { id: "r", shard: 1, taskNames: ["a"], atMs: 5 };
    assert.deepEqual(parseProbeEvent(printCheckRequest(request)), { request });
  });

  it("gives the rest of a term that a message has", () => {
    const burst = { shard: 0, termFromMs: 60_000, fromMs: 61_000, part: 1 };
    const body = JSON.stringify(printNextBurst(burst));
    assert.deepEqual(parseProbeEvent({ Records: [{ body }] }), { burst });
    for (const records of [
      [],
      [{ body }, { body }],
      [{ body: "{" }],
      [{}],
      "x",
      [null],
      [{ body: '{"burst":{"shard":0}}' }],
    ])
      assert.throws(
        () => parseProbeEvent({ Records: records }),
        /^Error: The event must have one message \{ "burst": /,
      );
  });

  it("gives a single check as it is", () =>
    assert.deepEqual(parseProbeEvent({ check: 7, shard: 0 }), { check: 7 }));

  for (const event of [undefined, null, 0, "0", {}, { shard: "0" }, { shard: -1 }, { shard: 0.5 }])
    it(`refuses ${JSON.stringify(event)}`, () =>
      assert.throws(() => parseProbeEvent(event), /^Error: The event must be \{ "shard": /));
});
