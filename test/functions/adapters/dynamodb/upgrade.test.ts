import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { tablesOf } from "../../../../local/aws/create-tables.ts";
import { parseSummaryItem } from "../../../../shared/summary/summary.ts";
import { startEmbedded, TEST_FLEET } from "../../../embedded.ts";
import { GOLDEN_SUMMARY, readGoldenItem } from "../../../shared/summary/stored-summary.ts";
import { openStores, readFleet, STORED_FLEET, storeFleet } from "./stored-fleet.ts";

type Item = Record<string, AttributeValue>;
type Tables = Readonly<Record<string, readonly Item[]>>;

/** Binary attributes are base64 in the file. Never changed: a new form of an item adds a file. */
const GOLDEN: Tables = JSON.parse(
  readFileSync(new URL("../../../golden/items/v1.json", import.meta.url), "utf8"),
  (key, value) => (key === "B" ? Buffer.from(value, "base64") : value),
);

/**
 * Since v2 the events of a day are spread over partitions, where earlier versions do not look for
 * them. Everything else has the form of v1.
 */
const EVENT_V2: Item = JSON.parse(
  readFileSync(new URL("../../../golden/items/v2-event.json", import.meta.url), "utf8"),
);

const GOLDEN_V2: Tables = {
  ...GOLDEN,
  "test-alerts": [
    ...(GOLDEN["test-alerts"] ?? []).filter(({ pk }) => !pk?.S?.startsWith("event#")),
    EVENT_V2,
  ],
};

async function withDatabase(use: (client: DynamoDBClient) => Promise<void>): Promise<void> {
  const embedded = await startEmbedded();
  try {
    await use(embedded.client);
  } finally {
    await embedded.close();
  }
}

async function putTables(client: DynamoDBClient, tables: Tables): Promise<void> {
  for (const [TableName, items] of Object.entries(tables))
    for (const Item of items) await client.send(new PutItemCommand({ TableName, Item }));
}

async function scanTables(client: DynamoDBClient): Promise<Tables> {
  const tables: Record<string, Item[]> = {};
  for (const { name } of tablesOf(TEST_FLEET)) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
    if (Items.length > 0) tables[name] = Items;
  }
  return tables;
}

/** As a later version may write it: with an attribute more at every depth. */
function laterForm(item: Item): Item {
  const grow = (value: unknown): unknown => {
    if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(grow);
    const grown = Object.entries(value).map(([name, field]) => [name, grow(field)]);
    return { ...Object.fromEntries(grown), from_tomorrow: "new" };
  };
  // Maps whose keys are names, not attributes, can't have one more.
  const { tags, r, regions, open_windows, ...fields } = unmarshall(item);
  const named = Object.entries({ tags, r, regions, open_windows });
  const kept = Object.fromEntries(named.filter(([, value]) => value !== undefined));
  return marshall({ ...(grow(fields) as object), ...kept });
}

/** What two writes of the same never agree on: a random mark, and how zlib packs. */
function comparable(tables: Tables): unknown {
  const plain = Object.entries(tables).map(([table, items]) => {
    const bare = items.map(({ move, chunk, bundle, ...item }) => ({
      ...item,
      ...(bundle?.S === undefined ? {} : { bundle }),
    }));
    return [table, bare.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))];
  });
  return Object.fromEntries(plain);
}

describe("a fleet in the middle of an upgrade", () => {
  it("reads every item of an earlier version", () =>
    withDatabase(async (client) => {
      for (const golden of [GOLDEN, GOLDEN_V2]) {
        await putTables(client, golden);
        assert.deepEqual(await readFleet(openStores(client)), STORED_FLEET);
      }
    }));

  it("reads every item of a later version, ignoring what it does not know", () =>
    withDatabase(async (client) => {
      const later = Object.entries(GOLDEN).map(([table, items]) => [table, items.map(laterForm)]);
      await putTables(client, Object.fromEntries(later));
      assert.deepEqual(await readFleet(openStores(client)), STORED_FLEET);
    }));

  it("writes items that an earlier version reads, but for events: they have its form", () =>
    withDatabase(async (client) => {
      await storeFleet(openStores(client));
      assert.deepEqual(comparable(await scanTables(client)), comparable(GOLDEN_V2));
    }));

  it("reads summaries with and without what makes them mergeable, also in a later form", () =>
    withDatabase(async (client) => {
      const { summaries } = openStores(client);
      const { taskName, periodStartMs } = GOLDEN_SUMMARY;
      for (const form of ["item-plain", "item-mergeable", "item-later"]) {
        const Item = readGoldenItem(form);
        await client.send(new PutItemCommand({ TableName: "test-summaries", Item }));
        const read = await summaries.readSummaries([taskName], periodStartMs);
        assert.deepEqual(read, [parseSummaryItem(unmarshall(Item))], form);
      }
      const revision = { ...GOLDEN_SUMMARY, rev: 2 };
      assert.equal(await summaries.replaceSummary(revision, 1), "stored");
      assert.deepEqual(await summaries.readSummaries([taskName], periodStartMs), [revision]);
    }));

  it("moves the lease and revises the summary of an earlier version", () =>
    withDatabase(async (client) => {
      await putTables(client, GOLDEN);
      const { leases, summaries, states } = openStores(client);
      const { lease, records } = STORED_FLEET;
      const next = { ...lease, claimedToMs: lease.claimedToMs + 60_000 };
      assert.equal(await leases.moveLease(0, lease, next), "moved");
      const [summary] = STORED_FLEET.summaries;
      assert.ok(summary);
      assert.equal(await summaries.replaceSummary({ ...summary, rev: 3 }, 2), "stored");
      const [record] = records;
      assert.ok(record);
      assert.equal(await states.putRecord({ ...record, version: 2, pending: [] }), "stored");
    }));
});
