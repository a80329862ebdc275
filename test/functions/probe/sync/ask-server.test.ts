import { strict as assert } from "node:assert";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { test } from "node:test";
import { askServer } from "../../../../functions/probe/sync/ask-server.ts";
import { systemClock } from "../../../../functions/probe/timing/timing.ts";
import {
  type SntpAnswer,
  type SntpServer,
  sntpPacket,
  startSntpServer,
} from "../../../fakes/sntp-server.ts";

/** What an answer may be off by here: the machine's clocks count milliseconds, and it may be busy. */
const NEAR_MS = 250;

function ask({ port }: Pick<SntpServer, "port">, { answerMs = 5_000, signal = NEVER } = {}) {
  return askServer({ address: "127.0.0.1", port, clock: systemClock, answerMs, signal });
}

const NEVER = new AbortController().signal;

/** Runs `use` beside a server that answers so. */
async function beside<T>(answer: SntpAnswer, use: (server: SntpServer) => Promise<T>): Promise<T> {
  const server = await startSntpServer(() => answer);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

async function offsetOf(answer: SntpAnswer): Promise<number> {
  const outcome = await beside(answer, ask);
  assert.ok(outcome?.kind === "sample", `it is ${outcome?.kind}`);
  assert.ok(outcome.sample.roundTripMs < NEAR_MS);
  return outcome.sample.offsetMs;
}

for (const offsetMs of [0, 2_000, -2_000, 10_000, -86_400_000])
  test(`askServer finds an offset of ${offsetMs} ms`, async () => {
    const found = await offsetOf([{ offsetMs }]);
    assert.ok(Math.abs(found - offsetMs) < NEAR_MS, `found ${found}`);
  });

test("askServer counts the time on the way, which bounds what it finds", async () => {
  const outcome = await beside([{ lateMs: 100 }], ask);
  assert.ok(outcome?.kind === "sample");
  const { roundTripMs, offsetMs } = outcome.sample;
  assert.ok(roundTripMs > 95);
  assert.ok(Math.abs(offsetMs) <= roundTripMs / 2 + 1);
});

test("askServer takes no harm from a clock that is set while it waits", async () => {
  let setByMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + setByMs };
  const outcome = await beside([{ lateMs: 20 }], async (server) => {
    const question = { address: "127.0.0.1", port: server.port, answerMs: 5_000, signal: NEVER };
    const asked = askServer({ ...question, clock });
    while (server.questions.length === 0) await new Promise(setImmediate);
    setByMs = 3_600_000;
    return asked;
  });
  assert.ok(outcome?.kind === "sample");
  assert.ok(Math.abs(outcome.sample.offsetMs) < NEAR_MS);
});

const FORGED = { offsetMs: 10_000, originate: new Uint8Array(8) };

test("askServer ignores a forged answer and garbage, and takes the true one that follows", async () => {
  const found = await offsetOf([FORGED, Uint8Array.of(1, 2, 3), new Uint8Array(2_000), {}]);
  assert.ok(Math.abs(found) < NEAR_MS);
});

test("askServer takes the first true answer, and none that comes after it", async () => {
  const found = await offsetOf([{ offsetMs: 500 }, { offsetMs: 90_000 }]);
  assert.ok(Math.abs(found - 500) < NEAR_MS);
});

for (const [what, answer] of [
  ["is silent", "silence"],
  ["sends garbage", [Uint8Array.of(7), new Uint8Array(48)]],
  ["answers another question", [FORGED]],
  ["answers too late", [{ lateMs: 150 }]],
] as const)
  test(`askServer waits no longer than it may if the server ${what}`, async () => {
    const outcome = await beside(answer, async (server) => {
      const begunMs = performance.now();
      const outcome = await ask(server, { answerMs: 50 });
      const tookMs = performance.now() - begunMs;
      assert.ok(tookMs > 45 && tookMs < 1_000, `it took ${tookMs} ms`);
      return outcome;
    });
    assert.deepEqual(outcome, { kind: "unanswered" });
  });

for (const [what, answer] of [
  ["does not know the time", [{ leap: 3 }]],
  ["is of stratum 16", [{ stratum: 16 }]],
  ["says that it held the question for a minute", [{ heldMs: 60_000 }]],
  ["sent its answer before it had the question", [{ heldMs: -60_000 }]],
] as const)
  test(`askServer has no sample of a server that ${what}`, async () => {
    assert.deepEqual(await beside(answer, ask), { kind: "unanswered" });
  });

test("askServer gives the code of a server that wants to be left alone", async () => {
  const outcome = await beside([{ stratum: 0, code: "RATE" }], ask);
  assert.deepEqual(outcome, { kind: "kiss", code: "RATE" });
});

test("askServer has no answer from a port where nothing listens, at once", async () => {
  const { port, close } = await startSntpServer();
  await close();
  const begunMs = performance.now();
  assert.deepEqual(await ask({ port }), { kind: "unanswered" });
  assert.ok(performance.now() - begunMs < 1_000);
});

test("askServer has no answer if its packet can't be sent", async () => {
  const question = { port: 123, clock: systemClock, answerMs: 2_000, signal: NEVER };
  // Without the right to broadcast, the kernel refuses it.
  const outcome = await askServer({ ...question, address: "255.255.255.255" });
  assert.deepEqual(outcome, { kind: "unanswered" });
});

test("askServer takes no answer from elsewhere, even if it repeats the nonce", async () => {
  const elsewhere = createSocket("udp4").bind(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const outcome = await beside("silence", async (server) => {
    const asked = ask(server, { answerMs: 150 });
    while (server.questions.length === 0) await new Promise(setImmediate);
    const [{ bytes, fromPort } = assert.fail()] = server.questions;
    elsewhere.send(sntpPacket(bytes, { offsetMs: 10_000 }), fromPort, "127.0.0.1");
    return asked;
  });
  elsewhere.close();
  assert.deepEqual(outcome, { kind: "unanswered" });
});

test("askServer ends at once, with nothing, if the signal does", async () => {
  const end = new AbortController();
  const outcome = await beside("silence", async (server) => {
    const asked = ask(server, { signal: end.signal });
    while (server.questions.length === 0) await new Promise(setImmediate);
    const begunMs = performance.now();
    end.abort();
    const outcome = await asked;
    assert.ok(performance.now() - begunMs < 1_000);
    return outcome;
  });
  assert.equal(outcome, null);
});

test("askServer sends each question from a port of its own, with a number of its own", async () => {
  const server = await startSntpServer();
  for (let i = 0; i < 5; i++) await ask(server);
  await server.close();
  const ports = server.questions.map(({ fromPort }) => fromPort);
  const nonces = server.questions.map(({ bytes }) =>
    Buffer.from(bytes.subarray(40)).toString("hex"),
  );
  assert.ok(new Set(ports).size > 1);
  assert.equal(new Set(nonces).size, 5);
  for (const { bytes } of server.questions)
    assert.deepEqual([...bytes.subarray(0, 40)], [0x23, ...Array(39).fill(0)]);
});
