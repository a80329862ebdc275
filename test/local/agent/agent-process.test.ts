import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { CHAOS_VARIABLE } from "../../../bench/chaos/control.ts";
import { fastInstant } from "../../../bench/chaos/fast-time.ts";
import { runCli } from "../../../cli/run-cli.ts";
import { openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { rememberRuntime } from "../../../local/aws/runtime-file.ts";
import { draftPlan } from "../../../shared/plan/plan.ts";
import { slotsOfRun } from "../../../shared/slot/slot.ts";
import { DAY_MS, HOUR_MS, SECOND_MS } from "../../../shared/units.ts";
import { fakeIo } from "../../cli/fake-io.ts";
import { startEmbedded } from "../../embedded.ts";
import { aTask } from "../../fakes/results.ts";
import { readableLease } from "../../fakes/stores.ts";
import { startTcpServer } from "../../fakes/tcp-server.ts";

const CLI = join(import.meta.dirname, "../../../cli/synfleet.ts");
const FAST = join(import.meta.dirname, "../../../bench/chaos/preload/preload.ts");

/** A lease term takes four seconds, and a flush comes every second. */
const SPEED = 15;

/** A way to a server that can be cut: then whoever uses it is thrown out, and nobody is let in. */
async function startLine(url: string) {
  const sockets = new Set<Socket>();
  const line = { isCut: false };
  const server = createServer((near) => {
    if (line.isCut) {
      near.destroy();
      return;
    }
    const far = connect(Number(new URL(url).port), "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).on("close", () => sockets.delete(one));
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut(isCut: boolean) {
      line.isCut = isCut;
      if (isCut) for (const socket of sockets) socket.destroy();
    },
    close() {
      this.cut(true);
      server.close();
    },
  };
}

/** An agent in a process of its own, and the events that it has told. */
function startAgent(words: readonly string[], setup: object) {
  const child = spawn(process.execPath, ["--import", FAST, CLI, "agent", ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, [CHAOS_VARIABLE]: JSON.stringify(setup) },
  });
  const told: string[] = [];
  createInterface(child.stdout).on("line", (line) => told.push(JSON.parse(line).event));
  return { child, told, error: text(child.stderr) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
  return child.exitCode;
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(20);
}

test("an agent that loses AWS, is killed, starts without AWS and finds it elsewhere delivers each result once", {
  timeout: 60_000,
}, async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "synfleet-agent-process-"));
  const fleet = localFleet(["eu-west-1"], 1, ["office"]);
  const database = await startEmbedded(fleet);
  const line = await startLine(database.endpoint);
  const target = await startTcpServer();
  const agents: ChildProcess[] = [];
  t.after(async () => {
    for (const child of agents) child.kill("SIGKILL");
    line.close();
    await Promise.all([target.close(), database.close()]);
    await rm(dir, { recursive: true, force: true });
  });
  const nowMs = Date.now();
  const time = { speed: SPEED, realBaseMs: nowMs, baseMs: nowMs };
  const fleetOfAgent = { role: "fleet", database: line.url, events: null, fleet } as const;
  await mkdir(join(dir, "home"));
  rememberRuntime(join(dir, "home"), fleetOfAgent);
  const now = () => fastInstant(time, Date.now());
  const region = { client: database.client, fleet: fleet.name, region: "office", now };
  const { plans, leases, chunks } = openRegionStores(region);
  const place = { hostname: "127.0.0.1", port: target.port };
  const task = aTask("door", { target: place, scheduleMs: 5 * SECOND_MS });
  const plan = draftPlan(fleet, [task], nowMs).find(({ manifest }) => manifest.region === "office");
  assert.ok(plan);
  for (const [hash, bundle] of plan.bundles) await plans.writeBundle(hash, bundle, nowMs + DAY_MS);
  await plans.writeManifest(plan.manifest);
  const data = join(dir, "agent");
  const start = () => {
    const words = ["--location", "office", "--local", join(dir, "home"), "--data", data, "--json"];
    const agent = startAgent(words, { time, controlDir: null, seed: "agent" });
    agents.push(agent.child);
    return agent;
  };
  const stored = async () => {
    const all = { fromMs: nowMs - HOUR_MS, toMs: nowMs + HOUR_MS };
    return (await chunks.readChunks(0, all)).chunks.flatMap(({ results }) => results);
  };
  const kept = async () => (await readdir(join(data, "results"))).length;

  const first = start();
  await until(async () => (await stored()).length > 0);
  line.cut(true);
  await until(() => first.told.includes("aws-lost"));
  await until(async () => (await kept()) >= 2);
  const rival = start();
  assert.equal(await once(rival.child, "exit").then(([code]) => code), 3);
  assert.match(await rival.error, /Another agent works on .*agent: each agent needs a folder/);
  const askStatus = async () => {
    const io = fakeIo({ now });
    return [await runCli(["agent", "status", "--data", data], io), io.heard.out.join()] as const;
  };
  const [code, said] = await askStatus();
  assert.match(
    said,
    /^Agent of office in [\w-]+: well, said \d+ s ago; 1 of 1 shard with the lease; the local fleet is away since /,
  );
  assert.equal(code, 0);
  const killedAtMs = now();
  await end(first.child, "SIGKILL");
  const [goneCode, goneSaid] = await askStatus();
  assert.match(
    goneSaid,
    /^No agent runs on .*agent; that of office in [\w-]+ was last heard of at /,
  );
  assert.equal(goneCode, 1);

  const before = await kept();
  const second = start();
  await until(async () => (await kept()) > before);
  const elsewhere = await startLine(database.endpoint);
  t.after(() => elsewhere.close());
  rememberRuntime(join(dir, "home"), { ...fleetOfAgent, database: elsewhere.url });
  await until(() => second.told.includes("aws-back"));
  await until(async () => second.told.includes("delivered") && (await kept()) === 0);
  const stoppedAtMs = now();
  assert.equal(await end(second.child, "SIGTERM"), 0, await second.error);
  assert.equal(second.told.at(-1), "stopped");

  const slots = (await stored()).map(({ slotAtMs }) => slotAtMs);
  assert.deepEqual(slots, [...new Set(slots)], "no slot has two results");
  const lease = await readableLease(leases, 0);
  const due = (lease?.runs ?? []).flatMap((run) => slotsOfRun(task, run, run));
  assert.deepEqual(
    slots.filter((slot) => !due.includes(slot)),
    [],
    "each was due",
  );
  const missing = due.filter((slot) => !slots.includes(slot));
  const resumedAtMs = Math.min(...slots.filter((slot) => slot > killedAtMs));
  const lost = missing.filter((slot) => slot < stoppedAtMs);
  const byKill = (slot: number) => slot > killedAtMs - 20 * SECOND_MS && slot < resumedAtMs;
  assert.deepEqual(
    lost.filter((slot) => !byKill(slot)),
    [],
    "only the kill loses checks",
  );
  assert.ok(
    (lease?.claimedToMs ?? 0) <= stoppedAtMs + 5 * SECOND_MS,
    "the rest of the term is given back",
  );
  assert.ok(due.length >= 12);
});
