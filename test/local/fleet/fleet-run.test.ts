import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { localClient } from "../../../local/aws/database.ts";
import { localFleet } from "../../../local/aws/local-fleet.ts";
import { FleetRun } from "../../../local/fleet/fleet-run.ts";
import type { FunctionWorker } from "../../../local/fleet/function-worker.ts";

const FLEET = localFleet(["here", "there"], 1);

interface Invoked {
  readonly worker: string;
  readonly name: string;
  readonly event: unknown;
  readonly end: () => void;
}

/** A run whose functions end when the test says so. */
function aRun() {
  const invoked: Invoked[] = [];
  const workerOf = (worker: string) =>
    ({
      invoke: (name: string, event: unknown) =>
        new Promise<void>((end) => void invoked.push({ worker, name, event, end })),
      askToStop: () => undefined,
    }) as unknown as FunctionWorker;
  const run = new FleetRun({
    fleet: FLEET,
    client: localClient("http://127.0.0.1:1", "here", "k1"),
    workers: {
      home: workerOf("home"),
      regions: new Map([
        ["here", workerOf("here")],
        ["there", workerOf("there")],
      ]),
      close: async () => undefined,
    },
    termCount: null,
    note: () => undefined,
    onPlanned: async () => undefined,
  });
  const ask = (region: string, functionName: string) => {
    const taken = run.takeInvocation({ region, functionName, event: { asked: true } });
    return typeof taken === "string" ? taken : "accepted";
  };
  return { run, invoked, ask };
}

describe("takeInvocation", () => {
  test("invokes home's aggregate and a region's probe", () => {
    const { invoked, ask } = aRun();
    assert.equal(ask("here", "local-aggregate"), "accepted");
    assert.equal(ask("there", "local-probe"), "accepted");
    assert.deepEqual(
      invoked.map(({ worker, name, event }) => [worker, name, event]),
      [
        ["home", "aggregate", { asked: true }],
        ["there", "probe", { asked: true }],
      ],
    );
  });

  test("knows no other function: not in another region, not of another fleet, not plan", () => {
    const { invoked, ask } = aRun();
    for (const [region, name] of [
      ["there", "local-aggregate"],
      ["nowhere", "local-probe"],
      ["here", "other-probe"],
      ["here", "local-plan"],
      ["here", "probe"],
    ] as const) {
      assert.equal(ask(region, name), "unknown");
    }
    assert.deepEqual(invoked, []);
  });

  test("has room for a hundred that have not ended", async () => {
    const { invoked, ask } = aRun();
    for (let i = 0; i < 100; i++) assert.equal(ask("there", "local-probe"), "accepted");
    assert.equal(ask("there", "local-probe"), "full");
    invoked[0]?.end();
    await new Promise(setImmediate);
    assert.equal(ask("there", "local-probe"), "accepted");
    assert.equal(invoked.length, 101);
  });

  test("begins nothing after stop, which waits for what was begun", async () => {
    const { run, invoked, ask } = aRun();
    ask("there", "local-probe");
    let isStopped = false;
    const stopped = run.stop().then(() => {
      isStopped = true;
    });
    assert.equal(ask("there", "local-probe"), "full");
    await new Promise(setImmediate);
    assert.equal(isStopped, false);
    invoked[0]?.end();
    await stopped;
  });
});
