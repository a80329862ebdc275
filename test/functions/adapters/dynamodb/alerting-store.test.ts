import { strict as assert } from "node:assert";
import { after, before, describe, test } from "node:test";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { openHomeStores } from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import type { AlertingStore } from "../../../../functions/ports/alerting-store.ts";
import {
  fileEntries,
  maintenanceEntry,
  parseEntries,
  quietingEntry,
} from "../../../../shared/alerting/operators/operators.ts";
import { problemSentence } from "../../../../shared/input/input.ts";
import { DAY_MS } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded } from "../../../embedded.ts";
import { FakeAlertingStore } from "../../../fakes/task-stores.ts";

const START_MS = Date.UTC(2026, 0, 1, 12);
const clock = { nowMs: START_MS };
const now = () => clock.nowMs;

const MAINTENANCE = {
  id: "m#1",
  scope: { kind: "target", id: "store" },
  schedule: { kind: "once", fromMs: START_MS, untilMs: START_MS + DAY_MS },
  reason: "upgrade",
  by: "sre",
  createdAtMs: START_MS,
} as const;

const SILENCE = {
  id: "s1",
  kind: "silence",
  scope: { kind: "fleet" },
  by: "sre",
  reason: "known",
  createdAtMs: START_MS,
  fromMs: START_MS,
  untilMs: START_MS + 2 * DAY_MS,
} as const;

const OF_FILES = {
  maintenances: [],
  fleet: { stormTasks: 5, reminderMs: null },
  targets: {
    "ünï#code": { minHealthy: 2, dependsOn: [{ kind: "target", id: "core" }] },
  },
} as const;

describe("fake alerting store", () => testStore(() => new FakeAlertingStore(now)));

describe("DynamoDB alerting store", () => {
  let embedded: Embedded;
  before(async () => {
    embedded = await startEmbedded();
  });
  after(() => embedded.close());
  const open = () => openHomeStores({ client: embedded.client, fleet: "test", now }).settings;
  testStore(open);

  test("readSettings gives any item to the parser, which refuses it without throwing", async () => {
    const odd = {
      pk: "settings",
      sk: "silence#odd",
      from: { year: 2026 },
      until: null,
      by: new Set(["a", "b"]),
      fleet: new Uint8Array([1]),
    };
    const written = {
      pk: "settings",
      sk: "maintenance#by hand",
      task: "db",
      weekly: "sun 02:00",
      duration_minutes: 30,
      reason: "backups",
    };
    for (const item of [odd, written]) {
      const Item = marshall(item);
      await embedded.client.send(new PutItemCommand({ TableName: "test-settings", Item }));
    }
    const { settings, problems } = parseEntries(await open().readSettings());
    assert.deepEqual(
      settings.maintenances.map(({ id }) => id),
      ["by hand"],
    );
    assert.match(problems.map(problemSentence).join("\n"), /Silence "odd": reason is required/);
    await open().deleteSettings(["silence#odd", "maintenance#by hand"]);
  });
});

function testStore(open: () => AlertingStore): void {
  let store: AlertingStore;
  before(() => {
    store = open();
    clock.nowMs = START_MS;
  });

  test("putSettings gives back what was set, in order of keys, replaced by key", async () => {
    const entries = [
      quietingEntry(SILENCE),
      maintenanceEntry({ ...MAINTENANCE, reason: "before" }),
      ...fileEntries(OF_FILES),
    ];
    await store.putSettings(entries);
    await store.putSettings([maintenanceEntry(MAINTENANCE)]);
    const read = await store.readSettings();
    assert.deepEqual(
      read.map(({ key }) => key),
      ["alerting", "maintenance#m#1", "silence#s1", "target#ünï#code"],
    );
    assert.deepEqual(parseEntries(read), {
      settings: { ...OF_FILES, maintenances: [MAINTENANCE], quietings: [SILENCE] },
      problems: [],
    });
  });

  test("readSettings leaves out what ended thirty days ago", async () => {
    clock.nowMs = START_MS + 31 * DAY_MS;
    const { settings } = parseEntries(await store.readSettings());
    assert.deepEqual([settings.maintenances.length, settings.quietings.length], [0, 1]);
    assert.deepEqual(settings.fleet, OF_FILES.fleet);
    clock.nowMs = START_MS;
  });

  test("deleteSettings takes entries away and ignores keys without one", async () => {
    await store.deleteSettings(["silence#s1", "silence#s2"]);
    const left = (await store.readSettings()).map(({ key }) => key);
    assert.deepEqual(left, ["alerting", "maintenance#m#1", "target#ünï#code"]);
    await store.deleteSettings(left);
    await store.putSettings([]);
    assert.deepEqual(await store.readSettings(), []);
  });
}
