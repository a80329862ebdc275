import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { createBurstStore } from "../../../../functions/adapters/dynamodb/burst-store.ts";
import {
  createLeaseStore,
  decodeLease,
  encodeLease,
} from "../../../../functions/adapters/dynamodb/lease-store.ts";
import type { Item } from "../../../../functions/adapters/dynamodb/table.ts";
import { regionTableName } from "../../../../shared/contract.ts";
import type { Lease } from "../../../../shared/slot/slot.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";

const TABLE = regionTableName("test", "results", "eu-west-1");

const LEASE: Lease = {
  claimedToMs: 300_000,
  runs: [
    { fromMs: 0, toMs: 120_000, bundle: "0123456789abcdef", staggerPermille: 250 },
    { fromMs: 180_000, toMs: 240_000, bundle: "0123456789abcdef", staggerPermille: 0 },
    { fromMs: 240_000, toMs: 300_000, bundle: "fedcba9876543210", staggerPermille: 0 },
  ],
};

const ITEM = {
  claimed_to_ms: 300_000,
  runs: '[[0,120000,250,"0123456789abcdef"],[180000,60000,0],[240000,60000,0,"fedcba9876543210"]]',
};

let embedded: Embedded;

before(async () => {
  embedded = await startEmbedded();
});
after(() => embedded.close());

/** Sends every write twice, as the SDK does when the first answer is lost. */
function resending(client: DynamoDBClient): DynamoDBClient {
  const send = async (command: PutItemCommand) => {
    if (command instanceof PutItemCommand) await client.send(command);
    return client.send(command);
  };
  return { send } as unknown as DynamoDBClient;
}

test("moveLease says moved when its own write is sent again", async () => {
  const store = createLeaseStore({ client: resending(embedded.client), table: TABLE });
  assert.equal(await store.moveLease(0, null, LEASE), "moved");
  assert.equal(await store.moveLease(0, LEASE, { ...LEASE, claimedToMs: 360_000 }), "moved");
});

test("moveLease throws on what is no conflict", async () => {
  const store = createLeaseStore({ client: embedded.client, table: "no-such-table" });
  await assert.rejects(store.moveLease(0, null, LEASE), { name: "ResourceNotFoundException" });
});

test("encodeLease writes a run as its figures, and a bundle only if it changes", () => {
  assert.deepEqual(encodeLease(LEASE), ITEM);
});

test("decodeLease reads an item with attributes that it does not know", () => {
  assert.deepEqual(decodeLease({ ...ITEM, pk: "lease#0", sk: "lease", later: 1 }), LEASE);
});

test("decodeLease reads runs with elements that it does not know", () => {
  const runs =
    '[[0,120000,250,"0123456789abcdef",null,null,1],[180000,60000,0,null,null,null,"x"],[240000,60000,0,"fedcba9876543210",null,null,[],{}]]';
  assert.deepEqual(decodeLease({ ...ITEM, runs }), LEASE);
});

test("a run's spread and burst are stored behind its bundle, and read back", () => {
  const [first, second, third] = LEASE.runs;
  assert.ok(first && second && third);
  const runs = [
    { ...first, spreadMs: 1_500 },
    { ...second, burstMs: 2_000 },
    { ...third, spreadMs: 1_000, burstMs: 1_000 },
  ];
  const item = encodeLease({ ...LEASE, runs });
  assert.equal(
    item.runs,
    '[[0,120000,250,"0123456789abcdef",1500],[180000,60000,0,null,null,2000],[240000,60000,0,"fedcba9876543210",1000,1000]]',
  );
  assert.deepEqual(decodeLease(item), { ...LEASE, runs });
});

test("decodeLease reads a lease without runs", () => {
  assert.deepEqual(decodeLease({ claimed_to_ms: 1, runs: "[]" }), { claimedToMs: 1, runs: [] });
});

const DAMAGED: [Record<string, unknown>, string][] = [
  [{ runs: "[]" }, "claimed_to_ms must be an instant"],
  [{ claimed_to_ms: 1 }, "runs must be a text"],
  [{ claimed_to_ms: 1, runs: "{}" }, "runs must be a list"],
  [{ claimed_to_ms: 1, runs: "[1]" }, "each run must be a list"],
  [{ claimed_to_ms: 1, runs: '[[0,"x",0,"a"]]' }, "a run must begin with three whole numbers"],
  [
    { claimed_to_ms: 1, runs: '[[0,1,0,"a",0]]' },
    "a run's spreadMs must be a whole number above 0",
  ],
  [
    { claimed_to_ms: 1, runs: '[[0,1,0,"a",null,"x"]]' },
    "a run's burstMs must be a whole number above 0",
  ],
  [{ claimed_to_ms: 1, runs: "[[0,1,0]]" }, "a run must name its bundle"],
  [{ claimed_to_ms: 1, runs: "[[0,1,0,null]]" }, "a run must name its bundle"],
  [{ claimed_to_ms: 1, runs: '[[0,1,0,"a"],[1,1,0,7]]' }, "a run must name its bundle"],
  [{ claimed_to_ms: 1e16, runs: "[]" }, "claimed_to_ms must be an instant"],
  [{ claimed_to_ms: 1.5, runs: "[]" }, "claimed_to_ms must be an instant"],
  [{ claimed_to_ms: -1, runs: "[]" }, "claimed_to_ms must be an instant"],
  [{ claimed_to_ms: 1, runs: "[[0,1" }, "runs must be JSON"],
  [{ claimed_to_ms: 9, runs: '[[1,0,0,"a"]]' }, "runs must follow each other"],
  [{ claimed_to_ms: 9, runs: '[[1,-1,0,"a"]]' }, "runs must follow each other"],
  [{ claimed_to_ms: 9, runs: '[[1,2,0,"a"],[2,1,0]]' }, "runs must follow each other"],
  [{ claimed_to_ms: 9, runs: '[[1,9,0,"a"]]' }, "runs must follow each other"],
];

for (const [item, rule] of DAMAGED) {
  test(`decodeLease refuses an item where ${rule} does not hold`, () => {
    assert.throws(() => decodeLease(item), { message: `Stored lease is damaged: ${rule}` });
  });
}

describe("takeBurst", () => {
  const next = { shard: 5, termFromMs: 600_000, fromMs: 620_000, part: 1 };
  const stores = [1, 2].map(
    () => () => createBurstStore({ client: embedded.client, table: TABLE }),
  );

  test("gives a burst of a term to one of all who ask for it, and no earlier one then", async () => {
    const rivals = await Promise.all(
      [...stores, ...stores].map((store) => store().takeBurst(next)),
    );
    assert.deepEqual(rivals.sort(), ["lost", "lost", "lost", "taken"]);
    const [store] = stores.map((open) => open());
    assert.equal(await store?.isTaken(next), true);
    assert.equal(await store?.isTaken({ ...next, fromMs: 640_000 }), false);
    assert.equal(await store?.isTaken({ ...next, termFromMs: 660_000 }), false);
    assert.equal(await store?.isTaken({ ...next, termFromMs: 600_000 - 480_000 }), false);
    assert.equal(await store?.takeBurst({ ...next, fromMs: 640_000, part: 2 }), "taken");
    assert.equal(await store?.takeBurst(next), "lost");
    assert.equal(await store?.takeBurst({ ...next, fromMs: 640_001 }), "taken");
  });

  test("gives another term's, though a later one was given, and other shards'", async () => {
    const [store] = stores.map((open) => open());
    const later = { ...next, termFromMs: 660_000, fromMs: 661_000 };
    assert.equal(await store?.takeBurst(later), "taken");
    assert.equal(await store?.takeBurst({ ...next, fromMs: 650_000 }), "taken");
    assert.equal(await store?.takeBurst({ ...next, shard: 6 }), "taken");
    assert.equal(await store?.takeBurst(later), "lost");
    // Eight terms later the item serves again; what another clock took far ahead hinders nobody.
    const reused = { ...next, termFromMs: 600_000 - 480_000, fromMs: 130_000 };
    assert.equal(await store?.takeBurst(reused), "taken");
    assert.equal(await store?.takeBurst(reused), "lost");
  });

  test("knows its own write when it is sent again, and throws on what is no conflict", async () => {
    const own = createBurstStore({ client: resending(embedded.client), table: TABLE });
    assert.equal(await own.takeBurst({ ...next, shard: 7 }), "taken");
    const none = createBurstStore({ client: embedded.client, table: "no-such-table" });
    await assert.rejects(none.takeBurst(next), { name: "ResourceNotFoundException" });
  });
});

describe("a stored lease that can't be read", () => {
  const RUNS = '[[240000,60000,0,"a"]]';
  const move = { S: "some move" };
  const ODD: [string, Item, number | null][] = [
    ["runs cut short", { claimed_to_ms: { N: "300000" }, runs: { S: "[[24" }, move }, 300_000],
    ["no runs", { claimed_to_ms: { N: "300000" }, move }, 300_000],
    ["an odd run", { claimed_to_ms: { N: "300000" }, runs: { S: "[[1,null]]" } }, 300_000],
    ["a text as its claim", { claimed_to_ms: { S: "x" }, runs: { S: RUNS }, move }, 300_000],
    ["a claim beyond all dates", { claimed_to_ms: { N: "1e30" }, runs: { S: RUNS } }, 300_000],
    ["nothing", {}, null],
    ["an odd mark, too", { move: { N: "7" }, runs: { S: "{}" } }, null],
    ["a list in place of the text", { runs: { L: [{ N: "1" }] }, move }, null],
  ];

  for (const [i, [what, attributes, claimedToMs]] of ODD.entries()) {
    test(`with ${what} is replaced, by one of two rivals`, async () => {
      const shard = 10 + i;
      const Item = { pk: { S: `lease#${shard}` }, sk: { S: "lease" }, ...attributes };
      await embedded.client.send(new PutItemCommand({ TableName: TABLE, Item }));
      const store = createLeaseStore({ client: embedded.client, table: TABLE });
      const held = await store.readLease(shard);
      assert.ok(held !== null && "damage" in held);
      assert.match(held.damage, /^Stored lease is damaged: /);
      assert.equal(held.claimedToMs, claimedToMs);
      const next = { ...LEASE, claimedToMs: 360_000 };
      assert.equal(await store.moveLease(shard, held, next), "moved");
      assert.equal(await store.moveLease(shard, held, { ...next, claimedToMs: 360_001 }), "lost");
      assert.deepEqual(await store.readLease(shard), next);
    });
  }
});
