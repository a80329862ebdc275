import { strict as assert } from "node:assert";
import { after, before, describe, it } from "node:test";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import {
  deleteIf,
  deleteVersioned,
  getItem,
  type Item,
  putIf,
  putItem,
  putVersioned,
  queryItems,
  scanItems,
} from "../../../../functions/adapters/dynamodb/table.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";

let embedded: Embedded;
before(async () => {
  embedded = await startEmbedded();
});
after(() => embedded.close());

const setup = () => ({ client: embedded.client, table: "test-alerts" });
const KEY = { pk: "a", sk: "b" };

function anItem(version: number, text = "ours"): Item {
  return marshall({ ...KEY, version, text, list: [0.1, -1e-7, 1e15], bytes: new Uint8Array([1]) });
}

const heldIs = (version: number) =>
  version === 0
    ? { expression: "attribute_not_exists(pk)" }
    : { expression: "#v = :held", names: { "#v": "version" }, values: { ":held": version } };

/** What is stored before a write, by what another writer did. */
const STORED = {
  nothing: null,
  "version 1": anItem(1),
  "our version 2": anItem(2),
  "a rival's version 2": anItem(2, "theirs"),
  "version 3": anItem(3),
} as const;

type Stored = keyof typeof STORED;

async function prepare(stored: Stored): Promise<void> {
  const item = STORED[stored];
  if (item === null) await deleteIf(setup(), KEY, { expression: "attribute_exists(pk)" });
  else await putItem(setup(), item);
}

const PUTS: readonly (readonly [held: number, stored: Stored, answer: string])[] = [
  [0, "nothing", "stored"],
  [0, "version 1", "stored"],
  [0, "our version 2", "lost"],
  [0, "a rival's version 2", "lost"],
  [0, "version 3", "lost"],
  [1, "nothing", "lost"],
  [1, "version 1", "stored"],
  [1, "our version 2", "stored"],
  [1, "a rival's version 2", "lost"],
  [1, "version 3", "lost"],
];

describe("putVersioned", () => {
  for (const [held, stored, answer] of PUTS) {
    it(`answers ${answer} to version ${held + 1} over ${stored}`, async () => {
      await prepare(stored);
      const item = anItem(held + 1);
      const write = { item, condition: heldIs(held) };
      assert.equal(await putVersioned(setup(), KEY, write), answer);
      const left = await getItem(setup(), KEY);
      const expected = answer === "stored" ? item : STORED[stored];
      assert.deepEqual(left && unmarshall(left), expected && unmarshall(expected));
    });
  }

  it("throws on what is no conflict", async () => {
    const write = { item: anItem(1), condition: heldIs(0) };
    const missing = { ...setup(), table: "no-such-table" };
    const refusal = { name: "ResourceNotFoundException" };
    await assert.rejects(putVersioned(missing, KEY, write), refusal);
    await assert.rejects(putIf(missing, anItem(1), heldIs(0)), refusal);
    await assert.rejects(deleteVersioned(missing, KEY, heldIs(1)), refusal);
  });
});

describe("putIf", () => {
  it("answers refused to a repetition of itself", async () => {
    await prepare("nothing");
    assert.equal(await putIf(setup(), anItem(1), heldIs(0)), "stored");
    assert.equal(await putIf(setup(), anItem(1), heldIs(0)), "refused");
  });
});

const DELETIONS: readonly (readonly [stored: Stored, answer: string])[] = [
  ["nothing", "deleted"],
  ["version 1", "lost"],
  ["our version 2", "deleted"],
  ["a rival's version 2", "deleted"],
  ["version 3", "lost"],
];

describe("deleteVersioned", () => {
  for (const [stored, answer] of DELETIONS) {
    it(`answers ${answer} to the deletion of version 2 over ${stored}`, async () => {
      await prepare(stored);
      assert.equal(await deleteVersioned(setup(), KEY, heldIs(2)), answer);
      const left = await getItem(setup(), KEY);
      const expected = answer === "deleted" ? null : STORED[stored];
      assert.deepEqual(left && unmarshall(left), expected && unmarshall(expected));
    });
  }
});

/** A table of two pages, whose client notes what it is asked for. */
function twoPages() {
  const inputs: Record<string, unknown>[] = [];
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    inputs.push(input);
    if (input.ExclusiveStartKey === undefined) {
      return { Items: [{ pk: { S: "1" } }], LastEvaluatedKey: { pk: { S: "1" } } };
    }
    return input.ExclusiveStartKey && { Items: [{ pk: { S: "2" } }] };
  };
  const client = { send } as unknown as DynamoDBClient;
  return { setup: { client, table: "t" }, inputs };
}

async function keysOf(items: AsyncIterable<Item>): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  for await (const item of items) keys.push(item.pk?.S);
  return keys;
}

describe("getItem", () => {
  it("reads consistently", async () => {
    const table = twoPages();
    await getItem(table.setup, { pk: "x" });
    assert.deepEqual(table.inputs, [
      { TableName: "t", Key: { pk: { S: "x" } }, ConsistentRead: true },
    ]);
  });
});

describe("queryItems", () => {
  it("reads page after page, oldest first and eventually consistent unless asked otherwise", async () => {
    const table = twoPages();
    const query = { keys: "pk = :pk", values: { ":pk": "x" } };
    assert.deepEqual(await keysOf(queryItems(table.setup, query)), ["1", "2"]);
    const input = {
      TableName: "t",
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "x" } },
      ConsistentRead: false,
      ScanIndexForward: true,
    };
    assert.deepEqual(table.inputs, [input, { ...input, ExclusiveStartKey: { pk: { S: "1" } } }]);
  });

  it("reads newest first, consistently and in small pages if asked", async () => {
    const table = twoPages();
    const query = {
      keys: "pk = :pk",
      values: {},
      newestFirst: true,
      consistent: true,
      pageSize: 1,
    };
    await keysOf(queryItems(table.setup, query));
    const { ConsistentRead, ScanIndexForward, Limit } = table.inputs[0] ?? {};
    assert.deepEqual([ConsistentRead, ScanIndexForward, Limit], [true, false, 1]);
  });
});

describe("scanItems", () => {
  it("reads page after page, consistently", async () => {
    const table = twoPages();
    assert.deepEqual(await keysOf(scanItems(table.setup)), ["1", "2"]);
    const input = { TableName: "t", ConsistentRead: true };
    assert.deepEqual(table.inputs, [input, { ...input, ExclusiveStartKey: { pk: { S: "1" } } }]);
  });
});
