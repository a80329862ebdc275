import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  createLeaseStore,
  decodeLease,
  encodeLease,
} from "../../../../functions/adapters/dynamodb/lease-store.ts";
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
    '[[0,120000,250,"0123456789abcdef",1],[180000,60000,0,null,"x"],[240000,60000,0,"fedcba9876543210",[],{}]]';
  assert.deepEqual(decodeLease({ ...ITEM, runs }), LEASE);
});

test("decodeLease reads a lease without runs", () => {
  assert.deepEqual(decodeLease({ claimed_to_ms: 1, runs: "[]" }), { claimedToMs: 1, runs: [] });
});

const DAMAGED: [Record<string, unknown>, string][] = [
  [{ runs: "[]" }, "claimed_to_ms must be a number"],
  [{ claimed_to_ms: 1 }, "runs must be a text"],
  [{ claimed_to_ms: 1, runs: "{}" }, "runs must be a list"],
  [{ claimed_to_ms: 1, runs: "[1]" }, "each run must be a list"],
  [{ claimed_to_ms: 1, runs: '[[0,"x",0,"a"]]' }, "a run must begin with three whole numbers"],
  [{ claimed_to_ms: 1, runs: "[[0,1,0]]" }, "a run must name its bundle"],
  [{ claimed_to_ms: 1, runs: "[[0,1,0,null]]" }, "a run must name its bundle"],
  [{ claimed_to_ms: 1, runs: '[[0,1,0,"a"],[1,1,0,7]]' }, "a run must name its bundle"],
];

for (const [item, rule] of DAMAGED) {
  test(`decodeLease refuses an item where ${rule} does not hold`, () => {
    assert.throws(() => decodeLease(item), { message: `Stored lease is damaged: ${rule}` });
  });
}
