import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openRegionStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { takeOverLease } from "../../../local/fleet/probe-rounds.ts";
import { type Lease, takeBackLease } from "../../../shared/slot/slot.ts";
import { type Embedded, startEmbedded, TEST_FLEET } from "../../embedded.ts";
import { readableLease } from "../../fakes/stores.ts";

const NOON = 1_772_366_400_000;
const LEASE: Lease = {
  claimedToMs: NOON + 60_000,
  runs: [{ fromMs: NOON, toMs: NOON + 60_000, bundle: "b1", staggerPermille: 0 }],
};

let database: Embedded;
before(async () => {
  database = await startEmbedded();
});
after(() => database.close());

const leases = () =>
  openRegionStores({ client: database.client, fleet: TEST_FLEET.name, region: "eu-west-1" }).leases;

test("takeOverLease returns the future part of a dead run's term", async () => {
  await leases().moveLease(0, null, LEASE);
  assert.equal(await takeOverLease(leases(), 0, NOON + 20_300), NOON + 21_000);
  assert.equal((await readableLease(leases(), 0))?.runs[0]?.toMs, NOON + 21_000);
});

test("takeOverLease does not change an expired lease or one that does not exist", async () => {
  assert.equal(await takeOverLease(leases(), 1, NOON), null);
  await leases().moveLease(1, null, LEASE);
  assert.equal(await takeOverLease(leases(), 1, NOON + 90_000), NOON + 60_000);
  assert.deepEqual(await leases().readLease(1), LEASE);
});

test("takeOverLease keeps a term of the present when it takes back what is ahead only", async () => {
  await leases().moveLease(2, null, LEASE);
  assert.equal(await takeOverLease(leases(), 2, NOON + 20_300, takeBackLease), NOON + 60_000);
  const nowMs = NOON - 3_600_000;
  assert.equal(await takeOverLease(leases(), 2, nowMs, takeBackLease), nowMs);
});
