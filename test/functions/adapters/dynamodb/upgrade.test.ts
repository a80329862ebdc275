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
import { replaceSummary } from "../../../fakes/home-stores.ts";
import { GOLDEN_SUMMARY, readGoldenItem } from "../../../shared/summary/stored-summary.ts";
import {
  NOON,
  openStores,
  RECORD_BEFORE_INCIDENTS,
  readFleet,
  STORED_FLEET,
  storeFleet,
} from "./stored-fleet.ts";

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

/**
 * Since v3 a record's state has incidents, and leaves out what is as it is initially. Everything else
 * has the form of v2.
 */
const RECORD_V3: Item = JSON.parse(
  readFileSync(new URL("../../../golden/items/v3-record.json", import.meta.url), "utf8"),
);

/**
 * Since v4 the summaries of many tasks and a minute are in one item, which earlier versions do not
 * read. Everything else has the form of v3.
 */
const MINUTE_V4: Item = JSON.parse(
  readFileSync(new URL("../../../golden/items/v4-minute.json", import.meta.url), "utf8"),
  (key, value) => (key === "B" ? Uint8Array.from(Buffer.from(value, "base64")) : value),
);

/** Since v5 a record leaves out what it does not have, which earlier versions read as nothing. */
const RECORD_V5: Item = JSON.parse(
  readFileSync(new URL("../../../golden/items/v5-record.json", import.meta.url), "utf8"),
);

const GOLDEN_V2 = withAlertItem(GOLDEN, "event#", EVENT_V2);
const GOLDEN_V3 = withAlertItem(GOLDEN_V2, "state#", RECORD_V3);

const GOLDEN_V4: Tables = { ...GOLDEN_V3, "test-summaries": [MINUTE_V4] };

const GOLDEN_V5 = withAlertItem(GOLDEN_V4, "state#", RECORD_V5);

/** The tables with another item in place of one of the alerts table. */
function withAlertItem(tables: Tables, prefix: string, item: Item): Tables {
  const others = (tables["test-alerts"] ?? []).filter(({ pk }) => !pk?.S?.startsWith(prefix));
  return { ...tables, "test-alerts": [...others, item] };
}

const FLEET_BEFORE_INCIDENTS = { ...STORED_FLEET, records: [RECORD_BEFORE_INCIDENTS] };

const FORMS = [
  { golden: GOLDEN, fleet: FLEET_BEFORE_INCIDENTS },
  { golden: GOLDEN_V2, fleet: FLEET_BEFORE_INCIDENTS },
  { golden: GOLDEN_V3, fleet: STORED_FLEET },
  { golden: GOLDEN_V4, fleet: STORED_FLEET },
  { golden: GOLDEN_V5, fleet: STORED_FLEET },
];

function recordOf(tables: Tables): Item {
  const items = tables["test-alerts"] ?? [];
  return items.find(({ pk }) => pk?.S?.startsWith("state#")) ?? assert.fail("no record");
}

const HEALTH_BEFORE_INCIDENTS = {
  status: "healthy",
  streak: 0,
  failingSinceMs: null,
  advised: false,
  standing: null,
};

/** What a version that judged minutes had of a stored state. */
interface EarlierState {
  readonly regions: Readonly<Record<string, object>>;
}

/** Reads a state as that version did: fields by name, and what is absent as it was initially. */
function readAsBeforeIncidents({ regions, ...stored }: EarlierState): EarlierState {
  const initial = { status: "OK", rule: null, sinceMs: 0, throughMs: -1 };
  const healths = Object.entries(regions).map(([name, health]) => [
    name,
    pick(health, HEALTH_BEFORE_INCIDENTS),
  ]);
  return {
    ...pick(stored, { ...initial, silentWindows: 0, sequence: 0 }),
    regions: Object.fromEntries(healths),
  };
}

/** The fields of `initial`, of `stored` if it has them. */
function pick<T extends object>(stored: object, initial: T): T {
  const fields = Object.entries(initial).map(([name, value]) => [
    name,
    Reflect.get(stored, name) ?? value,
  ]);
  return Object.fromEntries(fields);
}

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
      for (const { golden, fleet } of FORMS) {
        await putTables(client, golden);
        assert.deepEqual(await readFleet(openStores(client)), fleet);
      }
    }));

  it("reads every item of a later version, ignoring what it does not know", () =>
    withDatabase(async (client) => {
      for (const { golden, fleet } of FORMS) {
        const later = Object.entries(golden).map(([table, items]) => [table, items.map(laterForm)]);
        await putTables(client, Object.fromEntries(later));
        assert.deepEqual(await readFleet(openStores(client)), fleet);
      }
    }));

  it("writes items in the newest of these forms", () =>
    withDatabase(async (client) => {
      await storeFleet(openStores(client));
      assert.deepEqual(comparable(await scanTables(client)), comparable(GOLDEN_V5));
    }));

  it("writes a record that an earlier version reads: what it judged by is there, or initial", () => {
    const { state, ...attributes } = unmarshall(RECORD_V3);
    const { state: earlierState, ...earlier } = unmarshall(recordOf(GOLDEN));
    assert.deepEqual(attributes, earlier);
    const read = readAsBeforeIncidents(JSON.parse(state));
    const { regions, ...rest } = readAsBeforeIncidents(JSON.parse(earlierState));
    assert.deepEqual(read, {
      ...rest,
      ...{ rule: "down", sinceMs: NOON, throughMs: NOON },
      // A region's vote of its last checks, and how far it has recovered, were only that version's.
      regions: { "eu-west-1": { ...regions["eu-west-1"], streak: 0, standing: null } },
    });
  });

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
      assert.equal(await replaceSummary(summaries, revision, 1), "stored");
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
      assert.equal(await replaceSummary(summaries, { ...summary, rev: 3 }, 2), "stored");
      const [record] = records;
      assert.ok(record);
      assert.equal(await states.putRecord({ ...record, version: 2, pending: [] }), "stored");
    }));
});
