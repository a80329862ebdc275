import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { EventEnvelope } from "../../../local/events/put-events.ts";
import {
  WEBHOOK_LIMITS,
  type WebhookLimits,
  WebhookQueues,
} from "../../../local/events/webhook-queue.ts";

function eventOf(id: number): EventEnvelope {
  const texts = {
    version: "0",
    "detail-type": "t",
    source: "s",
    account: "0",
    time: "",
    region: "",
  };
  return { ...texts, version: "0", id: String(id), resources: [], detail: {} };
}

/** Queues whose posts end when they are told to. */
function start(limits?: WebhookLimits) {
  const warned: string[] = [];
  const begun: string[] = [];
  const open: (() => void)[] = [];
  let mostOpen = 0;
  const queues = new WebhookQueues(
    {
      post: (url, { id }) => {
        begun.push(`${new URL(url).host} ${id}`);
        return new Promise<void>((resolve) => {
          open.push(resolve);
          mostOpen = Math.max(mostOpen, open.length);
        });
      },
      warn: (sentence) => warned.push(sentence),
    },
    limits,
  );
  const endOne = async (): Promise<void> => {
    open.shift()?.();
    await new Promise(setImmediate);
  };
  const endAll = async (): Promise<void> => {
    while (open.length > 0) await endOne();
  };
  return { queues, warned, begun, open, endOne, endAll, most: () => mostOpen };
}

const A = "http://a.example/secret";
const B = "http://b.example/";

describe("WebhookQueues", () => {
  test("posts a bounded number at a time, and drops the oldest of 3,000 that wait", async () => {
    const { queues, begun, open, endAll, warned, most } = start();
    for (let i = 0; i < 3_000; i++) queues.add(A, eventOf(i));
    const { underWay, waiting } = WEBHOOK_LIMITS;
    assert.equal(open.length, underWay);
    const dropped = 3_000 - underWay - waiting;
    assert.deepEqual(warned, [
      "The webhook http://a.example is too slow: more than 1000 events wait for it, and the oldest are dropped.",
    ]);
    const settled = queues.settled();
    await endAll();
    await settled;
    assert.equal(most(), underWay);
    const kept = Array.from({ length: 3_000 }, (_, i) => i).filter(
      (i) => i < underWay || i >= underWay + dropped,
    );
    assert.deepEqual(
      begun,
      kept.map((i) => `a.example ${i}`),
    );
    assert.equal(warned[1], `The webhook http://a.example did not get ${dropped} events.`);
  });

  test("warns again when it drops again", async () => {
    const { queues, endAll, warned } = start({ underWay: 1, underWayInAll: 1, waiting: 1 });
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 4; i++) queues.add(A, eventOf(i));
      await endAll();
    }
    assert.equal(warned.length, 4);
    assert.equal(warned[3], "The webhook http://a.example did not get 2 events.");
  });

  test("lets one that hangs not keep another", async () => {
    const { queues, begun, endOne } = start({ underWay: 2, underWayInAll: 3, waiting: 10 });
    for (let i = 0; i < 5; i++) queues.add(A, eventOf(i));
    queues.add(B, eventOf(9));
    assert.deepEqual(begun, ["a.example 0", "a.example 1", "b.example 9"]);
    queues.add(B, eventOf(10));
    assert.equal(begun.length, 3);
    await endOne();
    assert.equal(begun.length, 4);
  });

  test("is settled at once when nothing waits", async () => {
    await start().queues.settled();
  });
});
