import { strict as assert } from "node:assert";
import { after, before, beforeEach, describe, it } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createRunLock } from "../../../../functions/adapters/dynamodb/run-lock.ts";
import type { RunLock } from "../../../../functions/ports/run-lock.ts";
import { AHEAD_TOLERANCE_MS } from "../../../../shared/slot/slot.ts";
import type { EpochMs } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";
import { FakeRunLock } from "../../../fakes/home-stores.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const UNTIL = NOON + 55_000;

/** Who tries to acquire the lock, and when: "a" holds it from noon until `UNTIL`. */
const ATTEMPTS: readonly (readonly [
  holder: string,
  nowMs: EpochMs,
  answer: "acquired" | "held",
])[] = [
  ["a", NOON, "acquired"],
  ["a", UNTIL - 1, "acquired"],
  ["a", UNTIL, "acquired"],
  ["a", UNTIL + 1, "acquired"],
  ["b", NOON, "held"],
  ["b", UNTIL - 1, "held"],
  ["b", UNTIL, "acquired"],
  ["b", UNTIL + 1, "acquired"],
];

describe("fake run lock", () => testLock(async () => new FakeRunLock()));

describe("DynamoDB run lock", () => {
  let embedded: Embedded;
  before(async () => {
    embedded = await startEmbedded();
  });
  after(() => embedded.close());
  it("is free if its end is no number: such an end never comes", async () => {
    const table = "test-alerts";
    const Item = {
      pk: { S: "fleet" },
      sk: { S: "lock" },
      until_ms: { S: "x" },
      holder: { S: "z" },
    };
    await embedded.client.send(new PutItemCommand({ TableName: table, Item }));
    const lock = createRunLock({ client: embedded.client, table });
    assert.equal(await lock.acquire("a", NOON, UNTIL), "acquired");
    await lock.release("a");
  });
  testLock(async () => {
    const lock = createRunLock({ client: embedded.client, table: "test-alerts" });
    for (const holder of ["a", "b", "c"]) await lock.release(holder);
    return lock;
  });
});

function testLock(open: () => Promise<RunLock>): void {
  let lock: RunLock;
  beforeEach(async () => {
    lock = await open();
  });

  for (const [holder, nowMs, answer] of ATTEMPTS) {
    const who = holder === "a" ? "its holder" : "another";
    const when = `${nowMs - UNTIL} ms after its end`;
    it(`answers ${answer} to ${who} ${when}, and is then held until the new end`, async () => {
      assert.equal(await lock.acquire("a", NOON, UNTIL), "acquired");
      assert.equal(await lock.acquire(holder, nowMs, nowMs + 55_000), answer);
      const untilMs = answer === "acquired" ? nowMs + 55_000 : UNTIL;
      assert.equal(await lock.acquire("c", untilMs - 1, untilMs + 1), "held");
      assert.equal(await lock.acquire("c", untilMs, untilMs + 1), "acquired");
    });
  }

  it("is free before anyone has acquired it", async () => {
    assert.equal(await lock.acquire("b", NOON, UNTIL), "acquired");
  });

  it("is free after its holder has released it", async () => {
    await lock.acquire("a", NOON, UNTIL);
    await lock.release("a");
    assert.equal(await lock.acquire("b", NOON, UNTIL), "acquired");
  });

  for (const [aheadMs, answer] of [
    [AHEAD_TOLERANCE_MS, "held"],
    [AHEAD_TOLERANCE_MS + 1, "acquired"],
    [3_600_000, "acquired"],
  ] as const) {
    it(`answers ${answer} if its time is up in ${aheadMs} ms: far ahead is of another clock`, async () => {
      await lock.acquire("a", NOON + aheadMs - 55_000, NOON + aheadMs);
      assert.equal(await lock.acquire("b", NOON, UNTIL), answer);
    });
  }

  it("stays held if another releases it", async () => {
    await lock.acquire("a", NOON, UNTIL);
    await lock.release("b");
    assert.equal(await lock.acquire("b", NOON, UNTIL), "held");
  });

  it("can't be wanted while nobody holds it", async () => {
    assert.equal(await lock.want(), false);
    assert.equal(await lock.acquire("a", NOON, UNTIL), "acquired");
    assert.equal(await lock.releaseUnlessWanted("a"), "released");
    assert.equal(await lock.acquire("b", NOON, UNTIL), "acquired");
  });

  it("stays held if it is wanted, until its holder has acquired it anew", async () => {
    await lock.acquire("a", NOON, UNTIL);
    assert.equal(await lock.want(), true);
    assert.equal(await lock.want(), true);
    assert.equal(await lock.releaseUnlessWanted("a"), "wanted");
    assert.equal(await lock.acquire("b", NOON, UNTIL), "held");
    assert.equal(await lock.acquire("a", NOON, UNTIL + 1), "acquired");
    assert.equal(await lock.releaseUnlessWanted("a"), "released");
    assert.equal(await lock.acquire("b", NOON, UNTIL), "acquired");
  });

  it("is released by its holder even if it is wanted, and the next one is not asked", async () => {
    await lock.acquire("a", NOON, UNTIL);
    await lock.want();
    await lock.release("a");
    assert.equal(await lock.acquire("b", NOON, UNTIL), "acquired");
    assert.equal(await lock.releaseUnlessWanted("b"), "released");
  });

  it("that another holds is not released, and the answer leaves open why", async () => {
    await lock.acquire("b", NOON, UNTIL);
    assert.equal(await lock.releaseUnlessWanted("a"), "wanted");
    assert.equal(await lock.acquire("a", NOON, UNTIL), "held");
  });

  it("lets exactly one of many rivals acquire it", async () => {
    const rivals = ["a", "b", "c"].map((holder) => lock.acquire(holder, NOON, UNTIL));
    const answers = await Promise.all(rivals);
    assert.deepEqual(answers.toSorted(), ["acquired", "held", "held"]);
  });
}
