import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { CALM, CHAOS_VARIABLE, giveOrders, orderDeath } from "../../../bench/chaos/control.ts";
import { fastInstant, realUntil } from "../../../bench/chaos/fast-time.ts";

const PRELOAD = fileURLToPath(new URL("../../../bench/chaos/preload/preload.ts", import.meta.url));
const BASE_MS = 1_767_614_400_000;

const folder = mkdtempSync(join(tmpdir(), "synfleet-test-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs a script under the preload and returns what it printed as JSON. */
function runUnder(script: string, controlDir: string | null) {
  const time = { speed: 60, realBaseMs: Date.now(), baseMs: BASE_MS };
  const env = { [CHAOS_VARIABLE]: JSON.stringify({ time, controlDir, seed: "a" }) };
  const call = ["--import", PRELOAD, "--input-type=module", "-e", script];
  const { stdout, stderr } = spawnSync(process.execPath, call, {
    env,
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

describe("a fast clock", () => {
  const time = { speed: 6, realBaseMs: 1_000, baseMs: 600_000 };

  it("goes as fast as it is told, and back", () => {
    assert.equal(fastInstant(time, 1_500), 603_000);
    assert.equal(realUntil(time, 603_000, 1_000), 500);
    assert.equal(realUntil(time, 597_000, 1_000), -500);
  });

  it("is the clock and the timers of a process and of its threads", () => {
    const seen = runUnder(
      `import { setTimeout as sleep } from "node:timers/promises";
       import { Worker } from "node:worker_threads";
       const began = [Date.now(), performance.now()];
       await sleep(6_000);
       await new Promise((done) => setTimeout(done, 6_000));
       const code = 'import { parentPort } from "node:worker_threads"; parentPort.postMessage(new Date().getTime())';
       const worker = new Worker(new URL("data:text/javascript," + code), { env: {} });
       worker.once("message", (inThread) => {
         console.log(JSON.stringify({ began, inThread, ended: [Date.now(), performance.now()] }));
       });`,
      null,
    );
    assert.ok(seen.began[0] >= BASE_MS);
    for (const clock of [0, 1]) assert.ok(seen.ended[clock] - seen.began[clock] >= 11_900);
    assert.ok(seen.inThread >= seen.began[0] + 11_900);
    // The machine's clock counts whole milliseconds, each 60 here.
    assert.ok(seen.inThread <= seen.ended[0] + 1_000);
  });

  it("is wrong by what it is ordered", () => {
    giveOrders(folder, { ...CALM, clockErrorMs: -3_600_000 });
    const now = runUnder("console.log(Date.now())", folder);
    assert.ok(now < BASE_MS);
    giveOrders(folder, CALM);
    assert.ok(runUnder("console.log(Date.now())", folder) >= BASE_MS);
  });
});

describe("broken calls", () => {
  const script = `import { createServer, request } from "node:http";
    const server = createServer((asked, answer) => asked.resume().on("end", () => answer.end("fine")).on("error", () => 0));
    await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
    const call = () => new Promise((done) => {
      const made = request({ port: server.address().port, method: "POST", headers: { "content-length": 4 } });
      made.on("response", (answer) => answer.resume().on("end", () => done("fine")).on("error", () => done("lost")));
      made.on("error", () => done("lost")).end("body");
    });
    const ends = [];
    for (let i = 0; i < 20; i++) ends.push(await call());
    console.log(JSON.stringify({ lost: ends.filter((end) => end === "lost").length }));
    process.exit();`;

  it("are lost or late while they are ordered to be, and fine otherwise", () => {
    giveOrders(folder, { ...CALM, callsFailUntilMs: Date.now() + 60_000, oneCallIn: 1 });
    const { lost } = runUnder(script, folder);
    assert.ok(lost >= 5 && lost < 20, `${lost} of 20 lost`);
    giveOrders(folder, { ...CALM, callsCutUntilMs: Date.now() + 60_000 });
    assert.deepEqual(runUnder(script, folder), { lost: 20 });
    giveOrders(folder, CALM);
    assert.deepEqual(runUnder(script, folder), { lost: 0 });
  });
});

describe("a thread that is ordered to die", () => {
  it("dies, and its process goes on", () => {
    orderDeath(folder, "probe");
    const seen = runUnder(
      `import { Worker } from "node:worker_threads";
       const codes = [];
       const worker = (name) => new Worker(new URL("data:text/javascript,setInterval(() => 0, 1000)"), { name, env: {} });
       const other = worker("database");
       worker("probe").once("error", ({ message }) => {
         console.log(JSON.stringify({ message, otherRuns: other.threadId > 0 }));
         process.exit();
       });`,
      folder,
    );
    assert.deepEqual(seen, { message: "it was ordered to die", otherRuns: true });
  });
});
