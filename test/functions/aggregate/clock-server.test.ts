import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { aggregateWindows } from "../../../functions/aggregate/aggregate.ts";
import { connectServices } from "../../../functions/aggregate/connect-services.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { functionEnvironment } from "../../../local/fleet/fleet-workers.ts";
import { FunctionWorker } from "../../../local/fleet/function-worker.ts";
import { DETAIL_TYPES, ENV } from "../../../shared/contract.ts";
import { draftPlan } from "../../../shared/plan/plan.ts";
import { slotsOfTerm } from "../../../shared/slot/slot.ts";
import { parseTask, type Task } from "../../../shared/task/task.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, startOfMinute } from "../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";
import { type SntpServer, startSntpServer } from "../../fakes/sntp-server.ts";
import { FakeEventBus } from "../../fakes/task-stores.ts";
import { startRawServer } from "../../fakes/tls-server.ts";

const FLEET = localFleet(["here", "there"], 1);

/** What the time server of each region says; the clock of both is this machine's. */
const OFFSETS: Readonly<Record<string, number>> = { here: 0, there: 10_000 };

interface Detail {
  readonly clocks_off?: readonly string[];
  readonly regions: readonly {
    readonly region: string;
    readonly clock?: { readonly offset_ms: number; readonly answered_percent: number };
  }[];
}

/** One whose slot is among the first of its lease term in both regions, so that the test does not wait. */
function anEarlyTask(port: number): Task {
  for (let i = 0; i < 100_000; i++) {
    const times = { schedule_seconds: 60, timeout_seconds: 30 };
    const dialogue = [{ expect: "ready" }];
    const raw = { name: `early ${i}`, host: `127.0.0.1:${port}`, ...times, dialogue };
    const task = parseTask(raw).task ?? assert.fail();
    const firsts = draftPlan(FLEET, [task], 0).map(({ manifest }) => {
      const [slot = MINUTE_MS] = slotsOfTerm(task, manifest, {
        fromMs: 0,
        toMs: MINUTE_MS,
      });
      return slot;
    });
    if (firsts.every((slot) => slot > 300 && slot < 1_000)) return task;
  }
  return assert.fail("no name has an early slot");
}

describe("a local fleet whose regions ask time servers", { timeout: 60_000 }, () => {
  let embedded: Embedded;
  const servers = new Map<string, SntpServer>();
  before(async () => {
    embedded = await startEmbedded(FLEET);
    for (const [region, offsetMs] of Object.entries(OFFSETS))
      servers.set(region, await startSntpServer(() => [{ offsetMs }]));
  });
  after(async () => {
    for (const server of servers.values()) await server.close();
    await embedded.close();
  });

  function environmentOf(region: string): Record<string, string> {
    process.env[ENV.clockServer] = servers.get(region)?.address;
    const { endpoint } = embedded;
    const endpoints = { database: endpoint, events: endpoint, functions: endpoint };
    return {
      ...functionEnvironment(FLEET, region, { ...endpoints, accessKey: "test" }),
      [ENV.hints]: "off",
    };
  }

  /** One term of a region's probe, in a thread of its own. */
  async function probeOnce(region: string): Promise<string> {
    let output = "";
    const worker = await FunctionWorker.start({
      label: region,
      names: ["probe"],
      env: environmentOf(region),
      channels: [],
      onAnnounced: () => undefined,
      onOutput: (text) => {
        output += text;
      },
      warn: assert.fail,
    });
    await worker.invoke("probe", { shard: 0 });
    await worker.close();
    return output;
  }

  async function storePlans(task: Task): Promise<void> {
    const nowMs = Date.now();
    for (const { manifest, bundles } of draftPlan(FLEET, [task], nowMs)) {
      const { plans } = storesOf(manifest.region);
      for (const [hash, bundle] of bundles) await plans.writeBundle(hash, bundle, nowMs + DAY_MS);
      await plans.writeManifest(manifest);
    }
  }

  function storesOf(region: string) {
    return openRegionStores({ client: embedded.client, fleet: FLEET.name, region });
  }

  /** The slot that a region checked, and what its probe noted of its clock. */
  async function checked(region: string) {
    const nowMs = Date.now();
    const span = { fromMs: nowMs - 2 * MINUTE_MS, toMs: nowMs + MINUTE_MS };
    const { chunks } = await storesOf(region).chunks.readChunks(0, span);
    const [chunk = assert.fail()] = chunks;
    return { slotAtMs: chunk.results[0]?.slotAtMs ?? 0, clock: chunk.notes.clock };
  }

  /** Two runs of home: the second closes the minute of this slot. */
  async function aggregate(slotAtMs: EpochMs) {
    Object.assign(process.env, environmentOf("here"));
    const bus = new FakeEventBus();
    const services = connectServices(process.env);
    const windowMs = startOfMinute(slotAtMs);
    const runAt = (nowMs: EpochMs) =>
      aggregateWindows({ ...services, bus, log: () => undefined, now: () => nowMs });
    await runAt(windowMs);
    await runAt(windowMs + MINUTE_MS + 30_000);
    const beats = bus.published.filter(({ detailType }) => detailType === DETAIL_TYPES.heartbeat);
    return { detail: beats.at(-1)?.detail as unknown as Detail, services, windowMs };
  }

  /** Long enough for an answer that is under way, on a busy machine too. */
  const ANSWER_MS = 500;

  /** Says that it is ready when both regions have asked for the time: a term ends with its last check. */
  async function greet(socket: Socket): Promise<void> {
    while ([...servers.values()].some(({ questions }) => questions.length === 0)) await sleep(20);
    await sleep(ANSWER_MS);
    socket.write("ready\n");
  }

  it("notes each offset in the chunks, and names the region that is off in the heartbeat", async (t) => {
    const task = anEarlyTask(await startRawServer(t, (socket) => void greet(socket)));
    await storePlans(task);
    const outputs = await Promise.all(FLEET.regions.map(({ name }) => probeOnce(name)));
    for (const output of outputs) assert.match(output, /"ClockOffsetMs":/);
    const [here, there] = [await checked("here"), await checked("there")];
    for (const [{ clock }, offsetMs] of [
      [here, 0],
      [there, 10_000],
    ] as const) {
      assert.deepEqual([clock?.askedCount, clock?.answeredCount], [1, 1]);
      // A busy machine answers late, and half of that is in the offset.
      assert.ok(Math.abs((clock?.figures?.offsetMs ?? Number.NaN) - offsetMs) < 3_000);
    }
    const { detail, services, windowMs } = await aggregate(there.slotAtMs);
    assert.deepEqual(detail.clocks_off, ["there"]);
    const [summary] = await services.summaries.readSummaries([task.name], windowMs);
    assert.equal(summary?.regions.there?.successfulCount, 1);
    assert.equal(summary.regions.there.avgConnectTimeMs, null);
  });
});
