import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  decodeManifest,
  encodeManifest,
} from "../../../../functions/adapters/dynamodb/plan-store.ts";

const MANIFEST = {
  region: "eu-west-1",
  plannedAtMs: 1_767_268_830_000,
  staggerPermille: 333,
  shards: [{ shard: 0, bundle: "0123456789abcdef", taskCount: 12 }],
};

const ITEM = {
  version: 1,
  region: "eu-west-1",
  planned_at_ms: 1_767_268_830_000,
  stagger_permille: 333,
  shards: [{ shard: 0, bundle: "0123456789abcdef", task_count: 12 }],
};

test("encodeManifest writes the attributes that stored manifests have", () => {
  assert.deepEqual(encodeManifest(MANIFEST), ITEM);
});

test("decodeManifest reads an item with attributes that it does not know", () => {
  const [shard] = ITEM.shards;
  const later = { ...ITEM, pk: "manifest", later: 1, shards: [{ ...shard, later: 1 }] };
  assert.deepEqual(decodeManifest(later), MANIFEST);
});

test("encodeManifest adds an attribute for a full bundle and nothing else", () => {
  const [plan] = MANIFEST.shards;
  const [shard] = ITEM.shards;
  assert.ok(plan);
  const fullBundle = "fedcba9876543210";
  const manifest = { ...MANIFEST, shards: [{ ...plan, fullBundle }] };
  const item = { ...ITEM, shards: [{ ...shard, full_bundle: fullBundle }] };
  assert.deepEqual(encodeManifest(manifest), item);
  assert.deepEqual(decodeManifest({ ...item }), manifest);
});

test("a manifest has the spread and the burst of a shard, and one that can't be used counts as not set", () => {
  const [plan] = MANIFEST.shards;
  const [shard] = ITEM.shards;
  assert.ok(plan);
  const manifest = { ...MANIFEST, shards: [{ ...plan, spreadMs: 1_200, burstMs: 2_000 }] };
  const item = { ...ITEM, shards: [{ ...shard, spread_ms: 1_200, burst_ms: 2_000 }] };
  assert.deepEqual(encodeManifest(manifest), item);
  assert.deepEqual(decodeManifest({ ...item }), manifest);
  const odd = { ...ITEM, shards: [{ ...shard, spread_ms: 0, burst_ms: "x" }] };
  assert.deepEqual(decodeManifest(odd), MANIFEST);
});

test("decodeManifest reads a later version's item", () => {
  const golden = (file: string) =>
    JSON.parse(readFileSync(new URL(`../../../golden/plan/${file}`, import.meta.url), "utf8"));
  const { shards } = decodeManifest(golden("manifest-of-tomorrow.json"));
  const fullBundle: string = golden("bundle-of-tomorrow.json").hash;
  assert.deepEqual(shards, [
    { shard: 0, bundle: "45a9d40d6776d565", fullBundle, taskCount: 3 },
    { shard: 1, bundle: "0123456789abcdef", taskCount: 12 },
  ]);
});

const REFUSED: [object, string][] = [
  [{ version: 2 }, "Manifest version 2 is not known to this reader (1)"],
  [{ version: undefined }, "Manifest version undefined is not known to this reader (1)"],
  [{ region: 1 }, "Stored manifest is damaged: region must be a text"],
  [{ planned_at_ms: 0.5 }, "Stored manifest is damaged: planned_at_ms must be a whole number"],
  [{ shards: {} }, "Stored manifest is damaged: shards must be a list"],
];

for (const [different, message] of REFUSED) {
  test(`decodeManifest refuses ${JSON.stringify(different)}: ${message}`, () => {
    assert.throws(() => decodeManifest({ ...ITEM, ...different }), { message });
  });
}

const ODD_SHARDS: [unknown, string][] = [
  [{ ...ITEM.shards[0], full_bundle: null }, "full_bundle must be a text"],
  [{}, "shard must be a whole number"],
  [null, "it must be a map"],
];

for (const [odd, rule] of ODD_SHARDS) {
  test(`decodeManifest reads the other shards beside ${JSON.stringify(odd)}`, () => {
    const sound = { shard: 7, bundle: "0123456789abcdef", task_count: 1 };
    const { shards, faults } = decodeManifest({ ...ITEM, shards: [odd, sound] });
    assert.deepEqual(shards, [{ shard: 7, bundle: "0123456789abcdef", taskCount: 1 }]);
    assert.deepEqual(faults, [`Stored manifest is damaged: ${rule}`]);
  });
}

test("encodeManifest says that home reads slots by the plan, and decodeManifest reads it, and that alone", () => {
  const planned = { ...MANIFEST, plannedSlots: true } as const;
  const item = { ...ITEM, planned_slots: true };
  assert.deepEqual(encodeManifest(planned), item);
  assert.deepEqual(decodeManifest({ ...item }), planned);
  assert.deepEqual(decodeManifest({ ...ITEM, planned_slots: 2 }), MANIFEST);
});

test("encodeManifest says of a retired region's plan that it is one, and decodeManifest reads it", () => {
  const retired = { ...MANIFEST, shards: [], retired: true } as const;
  const item = { ...ITEM, shards: [], retired: true };
  assert.deepEqual(encodeManifest(retired), item);
  assert.deepEqual(decodeManifest({ ...item }), retired);
});
