import { strict as assert } from "node:assert";
import { after, before, beforeEach, test } from "node:test";
import { createEventBridgeClient } from "../../../../functions/adapters/eventbridge/client.ts";
import {
  createEventBus,
  splitCalls,
} from "../../../../functions/adapters/eventbridge/event-bus.ts";
import type { EventBus } from "../../../../functions/ports/event-bus.ts";
import type { OutgoingEvent } from "../../../../shared/event/event.ts";
import { type PutEventsServer, startPutEvents } from "../../../fakes/put-events-server.ts";

const NOON = Date.UTC(2026, 0, 5, 12);

function anEvent(id: string, bytes = 10): OutgoingEvent {
  return {
    id,
    detailType: "TCP Probe Alert State Change",
    time: NOON,
    resources: ["synfleet/test/task/a"],
    detail: { id, padding: "x".repeat(bytes) },
  };
}

function someEvents(count: number): OutgoingEvent[] {
  return Array.from({ length: count }, (_, i) => anEvent(`event ${i}`));
}

let server: PutEventsServer;
let bus: EventBus;

function openBus(endpoint: string): EventBus {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = createEventBridgeClient("eu-west-1", { endpoint, credentials, maxAttempts: 1 });
  return createEventBus(client, "test");
}

before(async () => {
  server = await startPutEvents();
  bus = openBus(server.endpoint);
});
after(() => server.close());
beforeEach(() => {
  server.calls.length = 0;
  server.judge = () => null;
  server.refuse = () => null;
});

test("publish sends an event with all that a rule may match", async () => {
  assert.deepEqual(await bus.publish([anEvent("one")]), { delivered: ["one"], failed: [] });
  const [entry] = server.calls[0] ?? [];
  assert.deepEqual(entry, {
    Source: "synfleet",
    DetailType: "TCP Probe Alert State Change",
    Detail: JSON.stringify(anEvent("one").detail),
    EventBusName: "test",
    Resources: ["synfleet/test/task/a"],
    Time: NOON / 1_000,
  });
});

test("publish sends ten entries a call", async () => {
  const { delivered } = await bus.publish(someEvents(23));
  assert.equal(delivered.length, 23);
  assert.deepEqual(
    server.calls.map((call) => call.length),
    [10, 10, 3],
  );
});

test("publish tells which entries failed, and why", async () => {
  server.judge = ({ Detail }) => (Detail.includes('"event 3"') ? "ThrottlingException" : null);
  const { delivered, failed } = await bus.publish(someEvents(5));
  assert.deepEqual(failed, [{ id: "event 3", code: "ThrottlingException" }]);
  assert.deepEqual(delivered, ["event 0", "event 1", "event 2", "event 4"]);
});

test("publish does not throw if no server answers: every entry failed", async () => {
  const gone = await startPutEvents();
  await gone.close();
  const { delivered, failed } = await openBus(gone.endpoint).publish(someEvents(11));
  assert.deepEqual(delivered, []);
  assert.equal(failed.length, 11);
});

const SIZES: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ["nothing", [], []],
  ["small ones in tens", Array(12).fill(10), [10, 2]],
  ["large ones below 256 KB a call", [100_000, 100_000, 100_000], [2, 1]],
  ["one that is too large by itself", [10, 300_000, 10], [1, 1, 1]],
];

for (const [what, sizes, expected] of SIZES) {
  test(`splitCalls splits ${what}`, () => {
    const events = sizes.map((bytes, i) => anEvent(String(i), bytes));
    const calls = splitCalls(events);
    assert.deepEqual(
      calls.map((call) => call.length),
      expected,
    );
    assert.deepEqual(calls.flat(), events);
  });
}

test("publish sends each entry alone if one breaks a rule, which refuses the whole call", async () => {
  server.refuse = (entries) =>
    entries.some(({ Detail }) => Detail.includes("event 3")) ? "ValidationException" : null;
  const answer = await bus.publish(someEvents(5));
  assert.deepEqual(answer, {
    delivered: ["event 0", "event 1", "event 2", "event 4"],
    failed: [{ id: "event 3", code: "ValidationException" }],
  });
  assert.deepEqual(
    server.calls.map((entries) => entries.length),
    [5, 1, 1, 1, 1, 1],
  );
});

test("publish does not repeat a call that fails for any other reason", async () => {
  server.refuse = () => "AccessDeniedException";
  const { failed } = await bus.publish(someEvents(5));
  assert.equal(failed.length, 5);
  assert.equal(server.calls.length, 1);
});
