import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { NO_SECRETS } from "../../../../functions/adapters/secrets/secrets.ts";
import { RateLimiter, StartPacer } from "../../../../functions/probe/admit/admit.ts";
import { CLOSE_AT_ONCE, checkTarget, NO_LIMITS } from "../../../../functions/probe/check/check.ts";
import { createDnsClient, createHostResolver } from "../../../../functions/probe/dns/dns.ts";
import { createProbers, type Prober } from "../../../../functions/probe/probers/probers.ts";
import { createConnect, leanestDial } from "../../../../functions/probe/socket/socket.ts";
import { systemClock, WATCHES } from "../../../../functions/probe/timing/timing.ts";
import { judgeResult } from "../../../../shared/result/result.ts";
import type { DeepCheck } from "../../../../shared/task/task.ts";
import { addressRules } from "../../../../shared/vet/vet.ts";
import { startDnsServer } from "../../../fakes/dns-server.ts";
import { aDeepTask } from "./layers-rig.ts";

/** Listens on one port at these addresses, and counts who comes and how they leave. */
async function listen(t: TestContext, addresses: readonly string[]) {
  // A machine under load measures a suspect figure again.
  const seen = { accepted: new Set<string>(), faults: [] as string[] };
  const servers: Server[] = [];
  let port = 0;
  for (const host of addresses) {
    const server = createServer((socket) => {
      seen.accepted.add(host);
      socket.on("error", ({ message }) => seen.faults.push(message));
      socket.resume();
    });
    server.listen({ host, port });
    await once(server, "listening");
    const bound = server.address();
    assert.ok(bound !== null && typeof bound === "object");
    port = bound.port;
    servers.push(server);
  }
  t.after(() => servers.map((server) => server.close()));
  return { port, seen };
}

interface World {
  readonly deep: DeepCheck;
  readonly port: number;
  readonly addresses: () => readonly string[];
  readonly prober?: Prober;
  readonly limiter?: RateLimiter;
  /** A connect begins. */
  readonly granted?: () => unknown;
}

/** Makes one check with real sockets of a name that a real name server knows. */
async function check(t: TestContext, world: World) {
  const { deep, port, addresses, prober, limiter = NO_LIMITS, granted = () => undefined } = world;
  const server = await startDnsServer(({ type }) => ({
    addresses: addresses().filter((one) => one.includes(":") === (type === "AAAA")),
    ttlSeconds: 60,
  }));
  const pacer = new StartPacer(systemClock, 1_600, WATCHES.kernel);
  const dns = createDnsClient([server.address]);
  const use = { clock: systemClock, startsPerSecond: 1_600, hasIpv6Route: true };
  const { resolve, close } = createHostResolver({ dns, hosts: new Map(), ...use });
  t.after(async () => {
    close();
    await server.close();
  });
  // With the timer of this process a slow dial would be suspect, and measured again.
  const clock = { read: () => ({ connectTimeMs: 1, synRetransmits: 0 }) };
  const connect = createConnect({ dial: leanestDial(), clock, stalls: pacer.stalls });
  const probers = createProbers({ secrets: NO_SECRETS });
  const task = aDeepTask(deep, { target: { hostname: "many.test", port }, timeoutMs: 2_000 });
  const result = await checkTarget(
    { task, taskIndex: 0, slotAtMs: systemClock.now() },
    {
      clock: systemClock,
      network: { resolve, connect, close },
      limiter,
      rules: addressRules(["127.0.0.0/8", "::1/128"]),
      hasIpv6Route: true,
      admission: pacer,
      probers: prober === undefined ? probers : { ...probers, phases: prober },
      observer: {
        noteGrant: granted,
        noteRemeasured: () => undefined,
        noteProberFault: (fault) => assert.fail(String(fault)),
      },
      holder: CLOSE_AT_ONCE,
      signal: new AbortController().signal,
    },
  );
  assert.equal(pacer.openCount, 0);
  const questions = server.questions.map(({ type }) => type);
  return { result, questions };
}

const EACH = { addressing: { mode: "each", required: "all" } } as const;
const ANY = { addressing: { mode: "any" } } as const;

describe("a check over real sockets", () => {
  it("connects to each address of both families, and closes each politely", async (t) => {
    const listening = ["127.0.0.1", "127.0.0.2", "::1"];
    const { port, seen } = await listen(t, listening);
    const { result } = await check(t, { deep: EACH, port, addresses: () => listening });
    assert.equal(result?.outcome, "open");
    assert.deepEqual([...seen.accepted].sort(), listening);
    assert.deepEqual(seen.faults, []);
    assert.deepEqual(
      result.detail?.parts?.map(({ address, outcome }) => [address, outcome]),
      listening.map((address) => [address, "open"]),
    );
  });

  it("leaves a server alone of whose tokens none is left, and holds that against nobody", async (t) => {
    const { port, seen } = await listen(t, ["127.0.0.1"]);
    const limiter = new RateLimiter({ rateLimit: { bucketSize: 1, refillRate: 0.1 } }, new Map());
    const world = { deep: {}, port, addresses: () => ["127.0.0.1"], limiter };
    assert.equal((await check(t, world)).result?.outcome, "open");
    seen.accepted.clear();
    const { result } = await check(t, world);
    assert.equal(result?.outcome, "rate_limited");
    assert.equal(judgeResult({ ...result, expect: "open" }), "uncounted");
    assert.equal(seen.accepted.size, 0);
  });

  it("finds the one bad address of three behind a name", async (t) => {
    const { port, seen } = await listen(t, ["127.0.0.1", "127.0.0.3"]);
    const addresses = () => ["127.0.0.3", "127.0.0.2", "127.0.0.1", "10.9.9.9"];
    const { result } = await check(t, { deep: EACH, port, addresses });
    assert.equal(result?.outcome, "blocked");
    assert.deepEqual(
      result.detail?.parts?.map(({ address, outcome }) => [address, outcome]),
      [
        ["10.9.9.9", "blocked"],
        ["127.0.0.1", "open"],
        ["127.0.0.2", "refused"],
        ["127.0.0.3", "open"],
      ],
    );
    assert.deepEqual([...seen.accepted].sort(), ["127.0.0.1", "127.0.0.3"]);
  });

  it("connects to the next address if the first refuses, and says which answered", async (t) => {
    const { port, seen } = await listen(t, ["127.0.0.2"]);
    const addresses = () => ["127.0.0.1", "127.0.0.2", "::1"];
    const { result } = await check(t, { deep: ANY, port, addresses });
    assert.equal(result?.outcome, "open");
    assert.equal(result.address, "127.0.0.2");
    assert.deepEqual(
      result.detail?.parts?.map(({ address }) => address),
      ["::1", "127.0.0.1", "127.0.0.2"],
    );
    assert.deepEqual(seen, { accepted: new Set(["127.0.0.2"]), faults: [] });
  });

  it("passes at the second attempt when the server has begun to listen", async (t) => {
    const { port } = await listen(t, ["127.0.0.2"]);
    const retry = {
      maxAttempts: 3,
      initialBackoffMs: 150,
      multiplier: 1,
      maxBackoffMs: 150,
      jitter: 0.1,
    };
    let connects = 0;
    const { result, questions } = await check(t, {
      deep: { retry },
      port,
      addresses: () => ["127.0.0.1"],
      // Loopback refuses long before that.
      granted: () => connects++ === 0 && setTimeout(() => listenAt(t, "127.0.0.1", port), 30),
    });
    assert.equal(result?.outcome, "open");
    assert.equal(result.retryCount, 1);
    assert.deepEqual(result.detail, { retried: ["refused"] });
    assert.deepEqual(questions, ["A"]);
  });

  it("goes to where the name leads now if the server sends it elsewhere", async (t) => {
    const { port, seen } = await listen(t, ["127.0.0.1", "127.0.0.2"]);
    let asked = 0;
    const { result, questions } = await check(t, {
      deep: { dialogue: { steps: [], reconnectOnHex: "ff" } },
      port,
      addresses: () => [asked === 0 ? "127.0.0.1" : "127.0.0.2"],
      prober: () =>
        asked++ === 0 ? { outcome: "unexpected_answer", sentElsewhere: true } : { outcome: "open" },
    });
    assert.equal(result?.outcome, "open");
    assert.equal(result.address, "127.0.0.2");
    assert.equal(result.reconnectCount, 1);
    assert.deepEqual(questions, ["A", "A"]);
    assert.deepEqual(seen, { accepted: new Set(["127.0.0.1", "127.0.0.2"]), faults: [] });
  });
});

async function listenAt(t: TestContext, host: string, port: number): Promise<void> {
  const server = createServer((socket) => socket.resume());
  server.listen({ host, port });
  await once(server, "listening");
  t.after(() => void server.close());
}
