import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { createSweeper } from "../../../local/aws/sweep.ts";
import { type Embedded, startEmbedded, TEST_FLEET } from "../../embedded.ts";

let embedded: Embedded;
let client: DynamoDBClient;

before(async () => {
  embedded = await startEmbedded();
  client = embedded.client;
});
after(() => embedded.close());

async function itemsOf(table: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
  return Items.map((item) => unmarshall(item));
}

const TASKS = "test-tasks";

describe("createSweeper", () => {
  const NOW_S = 1_795_203_600;
  const RESULTS = "test-results-eu-west-1";

  async function put(sk: string, expiresAtS: number | null): Promise<void> {
    const item = {
      pk: "0#2026-11-20T12",
      sk,
      ...(expiresAtS === null ? {} : { expires_at: expiresAtS }),
    };
    await client.send(new PutItemCommand({ TableName: RESULTS, Item: marshall(item) }));
  }

  test("deletes expired items slice by slice, and no other item", async () => {
    await put("lease", null);
    await put("future", NOW_S + 1);
    await put("now", NOW_S);
    for (let i = 0; i < 7; i++) await put(`past ${i}`, NOW_S - 1 - i);
    await client.send(
      new PutItemCommand({ TableName: TASKS, Item: marshall({ name: "a", expires_at: 1 }) }),
    );
    const sweeper = createSweeper(client, TEST_FLEET, 3);
    const counts: number[] = [];
    for (let i = 0; i < 5; i++) counts.push(await sweeper.sweepSlice(NOW_S * 1_000));
    assert.equal(
      counts.reduce((sum, count) => sum + count),
      7,
    );
    assert.ok(Math.max(...counts) <= 3, `swept ${counts}`);
    const kept = (await itemsOf(RESULTS)).map(({ sk }) => sk).sort();
    assert.deepEqual(kept, ["future", "lease", "now"]);
    assert.ok((await itemsOf(TASKS)).some(({ name }) => name === "a"));
  });

  test("sweeps a slice whole, also if it is more than the megabyte of a page", async () => {
    const filler = "x".repeat(300_000);
    for (let i = 0; i < 9; i++) {
      const item = { pk: `0#2026-11-21T0${i}`, sk: "large", filler, expires_at: NOW_S - 1 };
      await client.send(new PutItemCommand({ TableName: RESULTS, Item: marshall(item) }));
    }
    const sweeper = createSweeper(client, TEST_FLEET);
    assert.equal(await sweeper.sweepSlice(NOW_S * 1_000), 9);
  });
});
