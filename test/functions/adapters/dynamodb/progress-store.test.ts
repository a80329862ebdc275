import { strict as assert } from "node:assert";
import { after, before, test } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  createProgressStore,
  PROGRESS_KEY,
} from "../../../../functions/adapters/dynamodb/progress-store.ts";
import type { Item } from "../../../../functions/adapters/dynamodb/table.ts";
import { homeTableName } from "../../../../shared/contract.ts";
import { DAY_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";

const NOON = Date.UTC(2026, 0, 5, 12);
const TABLE = homeTableName("test", "alerts");

let embedded: Embedded;

before(async () => {
  embedded = await startEmbedded();
});
after(() => embedded.close());

const OPEN: Item = { start_ms: { N: String(NOON) }, regions: { M: { eu: { N: "3" } } } };
const SOUND: Item = {
  watermark_ms: { N: String(NOON + MINUTE_MS) },
  open_windows: { L: [{ M: OPEN }] },
  pass: { N: "2" },
};
const READ = {
  watermarkMs: NOON + MINUTE_MS,
  openWindows: [{ startMs: NOON, regions: { eu: 3 } }],
  pass: 2,
};

/** What is stored, what is read of it but for the faults, and what the fault says. */
const ODD: [string, Item, object, string][] = [
  [
    "an open window that is a text",
    { open_windows: { L: [{ S: "x" }, { M: OPEN }] } },
    READ,
    "open window is damaged: it must be a map",
  ],
  [
    "an open window that begins beyond all dates",
    { open_windows: { L: [{ M: { ...OPEN, start_ms: { N: "1e20" } } }, { M: OPEN }] } },
    READ,
    "open window is damaged: start_ms must be an instant",
  ],
  [
    "an open window that begins within a minute",
    { open_windows: { L: [{ M: OPEN }, { M: { ...OPEN, start_ms: { N: "1500" } } }] } },
    READ,
    "open window is damaged: start_ms must begin a minute",
  ],
  [
    "an open window without regions",
    { open_windows: { L: [{ M: OPEN }, { M: { start_ms: { N: "0" } } }] } },
    READ,
    "open window is damaged: regions must be a map",
  ],
  [
    "a text as its open windows",
    { open_windows: { S: "[]" } },
    { ...READ, openWindows: [] },
    "progress is damaged: open_windows must be a list",
  ],
  [
    "an odd pass",
    { pass: { S: "2" } },
    { watermarkMs: READ.watermarkMs, openWindows: READ.openWindows },
    "progress is damaged: pass must be a whole number from 0 up",
  ],
  ...[{ S: "x" }, { NULL: true } as const].map((value): (typeof ODD)[number] => [
    `a watermark that is ${JSON.stringify(value)}`,
    { watermark_ms: value },
    { ...READ, watermarkMs: null },
    "progress is damaged: watermark_ms must be a number",
  ]),
  ...["-1", "8640000000000001", "1e100"].map((value): (typeof ODD)[number] => [
    `the watermark ${value}`,
    { watermark_ms: { N: value } },
    { ...READ, watermarkMs: null },
    "progress is damaged: watermark_ms must be an instant",
  ]),
];

for (const [what, odd, expected, fault] of ODD) {
  test(`readProgress leaves out ${what}, says so, and writeProgress replaces it`, async () => {
    const store = createProgressStore({
      client: embedded.client,
      table: TABLE,
      keepMs: 30 * DAY_MS,
    });
    await embedded.client.send(
      new PutItemCommand({ TableName: TABLE, Item: { ...marshalledKey(), ...SOUND, ...odd } }),
    );
    assert.deepEqual(await store.readProgress(), { ...expected, faults: [`Stored ${fault}`] });
    const next = { ...READ, watermarkMs: NOON + 2 * MINUTE_MS };
    await store.writeProgress(next);
    assert.deepEqual(await store.readProgress(), next);
    await assert.rejects(store.writeProgress(READ), /must not go back/);
  });
}

test("readProgress begins a minute with a watermark within it, and both writes replace that", async () => {
  const store = createProgressStore({ client: embedded.client, table: TABLE, keepMs: DAY_MS });
  const odd = { watermark_ms: { N: String(NOON + MINUTE_MS + 1_500.5) } };
  const put = () =>
    embedded.client.send(
      new PutItemCommand({ TableName: TABLE, Item: { ...marshalledKey(), ...SOUND, ...odd } }),
    );
  await put();
  assert.deepEqual(await store.readProgress(), READ);
  const back = { ...READ, watermarkMs: NOON, pass: 3 };
  await store.takeBackProgress(READ, back);
  assert.deepEqual(await store.readProgress(), back);
  await put();
  const next = { ...READ, watermarkMs: NOON + 2 * MINUTE_MS };
  await store.writeProgress(next);
  assert.deepEqual(await store.readProgress(), next);
});

test("writeProgress replaces progress without a watermark", async () => {
  const store = createProgressStore({ client: embedded.client, table: TABLE, keepMs: DAY_MS });
  await embedded.client.send(new PutItemCommand({ TableName: TABLE, Item: marshalledKey() }));
  assert.equal((await store.readProgress())?.watermarkMs, null);
  await store.writeProgress(READ);
  assert.deepEqual(await store.readProgress(), READ);
});

function marshalledKey(): Item {
  return { pk: { S: PROGRESS_KEY.pk }, sk: { S: PROGRESS_KEY.sk } };
}
