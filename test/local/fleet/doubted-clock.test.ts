import { strict as assert } from "node:assert";
import { after, before, describe, it } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { openHomeStores } from "../../../functions/adapters/dynamodb/dynamodb.ts";
import { ageOfData, DoubtedClock } from "../../../local/fleet/doubted-clock.ts";
import { homeTableName } from "../../../shared/contract.ts";
import { DAY_MS, HOUR_MS } from "../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../embedded.ts";

const NOON = Date.UTC(2026, 0, 5, 12);

describe("DoubtedClock", () => {
  for (const [stepMs, isDoubted] of [
    [0, false],
    [DAY_MS, false],
    [DAY_MS + 1, true],
    [Number.POSITIVE_INFINITY, true],
    [-2 * DAY_MS, false],
  ] as const) {
    it(`is ${isDoubted ? "" : "not "}doubted for an hour after a step of ${stepMs} ms`, () => {
      let nowMs = 5_000;
      const clock = new DoubtedClock(() => nowMs);
      assert.equal(clock.isDoubted, false);
      clock.noteStep(stepMs);
      assert.equal(clock.isDoubted, isDoubted);
      nowMs += HOUR_MS - 1;
      clock.noteStep(0);
      assert.equal(clock.isDoubted, isDoubted);
      nowMs += 1;
      assert.equal(clock.isDoubted, false);
    });
  }
});

describe("ageOfData", () => {
  let embedded: Embedded;
  before(async () => {
    embedded = await startEmbedded();
  });
  after(() => embedded.close());

  it("is 0 in a new fleet, then the age of the newest window", async () => {
    const { client } = embedded;
    assert.equal(await ageOfData(client, "test", NOON), 0);
    const { progress } = openHomeStores({ client, fleet: "test" });
    await progress.writeProgress({ watermarkMs: NOON, openWindows: [] });
    assert.equal(await ageOfData(client, "test", NOON + 3 * DAY_MS), 3 * DAY_MS);
    const Item = { pk: { S: "fleet" }, sk: { S: "watermark" } };
    await client.send(new PutItemCommand({ TableName: homeTableName("test", "alerts"), Item }));
    assert.equal(await ageOfData(client, "test", NOON), Number.POSITIVE_INFINITY);
  });
});
