import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { afterEach, beforeEach, describe, test } from "node:test";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { functionEnvironment } from "../../../local/fleet/fleet-workers.ts";
import { FunctionWorker } from "../../../local/fleet/function-worker.ts";
import { CHANNELS } from "../../../shared/contract.ts";
import type { Order } from "../functions/probe/handler.ts";

const ENDPOINTS = {
  database: "http://127.0.0.1:1",
  events: "http://127.0.0.1:2",
  functions: "http://127.0.0.1:3",
  accessKey: "k1",
};

const ENV = functionEnvironment(localFleet(["here", "there"], 1), "there", ENDPOINTS);

test("functionEnvironment leaves hints on, and Lambda is on this machine", () => {
  assert.equal(ENV.SYNFLEET_HINTS, undefined);
  assert.equal(ENV.AWS_ENDPOINT_URL_LAMBDA, "http://127.0.0.1:3");
});

test("functionEnvironment passes on which servers are asked for time and secrets, and no other variable of the user", () => {
  const clock = {
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:4",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:5",
    SYNFLEET_CLOCK_SERVER: "127.0.0.1:1123",
    SYNFLEET_CLOCK_THRESHOLD_MS: "250",
  };
  const before = { ...process.env };
  Object.assign(process.env, clock, { SYNFLEET_BUS: "another" });
  const told = functionEnvironment(localFleet(["here"], 1), "here", ENDPOINTS);
  process.env = before;
  assert.deepEqual({ ...told, ...clock }, told);
  assert.equal(told.SYNFLEET_BUS, "local");
  assert.equal(told.SYNFLEET_SECRETS, "any");
  for (const name of Object.keys(clock)) assert.equal(name in ENV, false);
});

describe("FunctionWorker", { timeout: 30_000 }, () => {
  let worker: FunctionWorker;
  let announced: [string, readonly unknown[]][] = [];
  let said = new EventEmitter<{ output: [string]; warning: [string] }>();

  beforeEach(async () => {
    announced = [];
    said = new EventEmitter();
    worker = await FunctionWorker.start({
      label: "The probe thread",
      names: ["probe"],
      root: new URL("../functions/", import.meta.url),
      env: ENV,
      channels: [CHANNELS.result, CHANNELS.summary],
      onAnnounced: (channel, messages) => announced.push([channel, messages]),
      onOutput: (text) => void said.emit("output", text),
      warn: (sentence) => void said.emit("warning", sentence),
    });
  });
  afterEach(() => worker.close());

  const order = (name: Order) => worker.invoke("probe", { order: name });

  test("hands over all announcements of a run before its end", async () => {
    await order("announce");
    assert.deepEqual(announced, [
      [CHANNELS.result, [{ result: 1 }, { result: 2 }, { result: 3 }]],
      [CHANNELS.summary, [{ summary: 1 }]],
    ]);
  });

  test("rejects with the error of the handler, and runs the next invocation", async () => {
    await assert.rejects(order("fail"), /told to fail/);
    await order("announce");
  });

  test("hands over output, and its environment has nothing of the user's", async () => {
    const output = once(said, "output");
    await order("show environment");
    const [text] = await output;
    assert.deepEqual(JSON.parse(text), ENV);
    assert.equal(ENV.AWS_REGION, "there");
    assert.equal(ENV.PATH, undefined);
  });

  test("asks a running probe to end early", async () => {
    const running = order("wait for stop");
    worker.askToStop();
    await running;
  });

  test("restarts a dead thread, and rejects its running invocations", async () => {
    const waiting = assert.rejects(order("wait for stop"), /its thread ended/);
    const warned = once(said, "warning");
    await assert.rejects(order("die"), /its thread ended/);
    await waiting;
    await assert.rejects(order("announce"), /its thread is not running/);
    assert.deepEqual(await warned, ["The probe thread was started again."]);
    await order("announce");
  });
});
