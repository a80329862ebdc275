import { strict as assert } from "node:assert";
import { afterEach, beforeEach, describe, it } from "node:test";
import { createDynamoDbClient } from "../../../../functions/adapters/dynamodb/client.ts";
import { MINUTE_MS } from "../../../../shared/units.ts";
import { type Embedded, startEmbedded, TEST_FLEET } from "../../../embedded.ts";
import { replaceSummary } from "../../../fakes/home-stores.ts";
import { aTask } from "../../../fakes/results.ts";
import { loseAnswers } from "./losing-client.ts";
import {
  NOON,
  openStores,
  readFleet,
  STORED_FLEET,
  type Stores,
  storeFleet,
} from "./stored-fleet.ts";

const { lease, progress, records, statuses, summaries } = STORED_FLEET;
const [record] = records;
const [status] = statuses;
const [summary] = summaries;
assert.ok(record && status && summary);
const nextLease = { ...lease, claimedToMs: lease.claimedToMs + MINUTE_MS };

interface Case {
  readonly what: string;
  readonly prepare?: (stores: Stores) => Promise<unknown>;
  readonly write: (stores: Stores) => Promise<unknown>;
  readonly answer: unknown;
}

const CASES: readonly Case[] = [
  {
    what: "moveLease, the first",
    write: (s) => s.leases.moveLease(0, null, lease),
    answer: "moved",
  },
  {
    what: "moveLease, a later one",
    prepare: (s) => s.leases.moveLease(0, null, lease),
    write: (s) => s.leases.moveLease(0, lease, nextLease),
    answer: "moved",
  },
  {
    what: "moveLease of a rival",
    prepare: (s) => s.leases.moveLease(0, null, lease),
    write: (s) => s.leases.moveLease(0, null, lease),
    answer: "lost",
  },
  {
    what: "replaceSummary, the first",
    write: (s) => replaceSummary(s.summaries, { ...summary, rev: 1 }, null),
    answer: "stored",
  },
  {
    what: "replaceSummary, a later one",
    prepare: (s) => s.summaries.putSummaries([summary]),
    write: (s) => replaceSummary(s.summaries, { ...summary, rev: 3, complete: true }, 2),
    answer: "stored",
  },
  { what: "putRecord, the first", write: (s) => s.states.putRecord(record), answer: "stored" },
  {
    what: "putRecord, a later one",
    prepare: (s) => s.states.putRecord(record),
    write: (s) => s.states.putRecord({ ...record, version: 2, pending: [], goneSinceMs: NOON }),
    answer: "stored",
  },
  {
    what: "putRecord of a rival",
    prepare: (s) => s.states.putRecord(record),
    write: (s) => s.states.putRecord({ ...record, pending: [] }),
    answer: "lost",
  },
  { what: "putStatus, the first", write: (s) => s.statuses.putStatus(status), answer: "stored" },
  {
    what: "putStatus, a later one",
    prepare: (s) => s.statuses.putStatus(status),
    write: (s) => s.statuses.putStatus({ ...status, version: 2, pending: [] }),
    answer: "stored",
  },
  {
    what: "putStatus of a rival",
    prepare: (s) => s.statuses.putStatus(status),
    write: (s) => s.statuses.putStatus({ ...status, problems: [] }),
    answer: "lost",
  },
  {
    what: "deleteStatus",
    prepare: (s) => s.statuses.putStatus(status),
    write: (s) => s.statuses.deleteStatus(status),
    answer: "deleted",
  },
  {
    what: "deleteStatus of a rival",
    prepare: async (s) => {
      await s.statuses.putStatus(status);
      await s.statuses.putStatus({ ...status, version: 2 });
    },
    write: (s) => s.statuses.deleteStatus(status),
    answer: "lost",
  },
  {
    what: "acquire",
    write: (s) => s.lock.acquire("a", NOON, NOON + 55),
    answer: "acquired",
  },
  {
    what: "acquire of a rival",
    prepare: (s) => s.lock.acquire("a", NOON, NOON + 55),
    write: (s) => s.lock.acquire("b", NOON, NOON + 55),
    answer: "held",
  },
  {
    what: "release",
    prepare: (s) => s.lock.acquire("a", NOON, NOON + 55),
    write: async (s) => {
      await s.lock.release("a");
      return s.lock.acquire("b", NOON, NOON + 55);
    },
    answer: "acquired",
  },
  {
    what: "writeProgress",
    write: async (s) => {
      await s.progress.writeProgress(progress);
      return s.progress.readProgress();
    },
    answer: progress,
  },
  // Not "new": an earlier run could have left the same mark, and summaries with it.
  { what: "beginWindow", write: (s) => s.progress.beginWindow(NOON), answer: "begun" },
  {
    what: "markJudged",
    write: async (s) => {
      await s.progress.markJudged(NOON);
      return s.progress.beginWindow(NOON);
    },
    answer: "judged",
  },
  {
    what: "putTasks and deleteTasks",
    write: async (s) => {
      await s.tasks.putTasks([aTask("a"), aTask("b")]);
      await s.tasks.deleteTasks(["a"]);
      return (await s.tasks.readTasks()).map(({ name }) => name);
    },
    answer: ["b"],
  },
];

describe("a store whose client loses the first answer to every write", () => {
  let embedded: Embedded;
  let losing: Stores;
  let lostCount = 0;
  let meanwhile: () => Promise<unknown> = async () => undefined;
  beforeEach(async () => {
    embedded = await startEmbedded();
    const client = createDynamoDbClient(TEST_FLEET.home, {
      endpoint: embedded.endpoint,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    lostCount = 0;
    meanwhile = async () => undefined;
    loseAnswers(client, async () => {
      lostCount++;
      await meanwhile();
    });
    losing = openStores(client);
  });
  afterEach(() => embedded.close());

  for (const { what, prepare, write, answer } of CASES) {
    it(`answers ${JSON.stringify(answer)} to ${what}`, async () => {
      await prepare?.(openStores(embedded.client));
      assert.deepEqual(await write(losing), answer);
      assert.ok(lostCount > 0, "no answer is lost");
    });
  }

  it("answers that a summary is lost whose group a rival has revised before the retry", async () => {
    const { summaries: rival } = openStores(embedded.client);
    const revised = { ...summary, rev: 2, host: "rival:1" };
    meanwhile = async () => {
      meanwhile = async () => undefined;
      await replaceSummary(rival, { ...summary, rev: 1 }, null);
      await replaceSummary(rival, revised, 1);
    };
    assert.equal(await replaceSummary(losing.summaries, { ...summary, rev: 1 }, null), "lost");
    assert.deepEqual(await rival.readSummaries([summary.taskName], summary.periodStartMs), [
      revised,
    ]);
  });

  it("answers that a write is lost which a rival has replaced before the retry", async () => {
    meanwhile = () => openStores(embedded.client).statuses.putStatus({ ...status, version: 2 });
    assert.equal(await losing.statuses.putStatus(status), "lost");
  });

  it("answers that a deletion is lost if a rival has written again before the retry", async () => {
    const { statuses: store } = openStores(embedded.client);
    await store.putStatus({ ...status, version: 1 });
    meanwhile = async () => {
      await store.putStatus({ ...status, version: 1 });
      await store.putStatus({ ...status, version: 2 });
    };
    assert.equal(await losing.statuses.deleteStatus(status), "lost");
  });

  it("stores everything that a fleet stores", async () => {
    await storeFleet(losing);
    assert.deepEqual(await readFleet(openStores(embedded.client)), STORED_FLEET);
  });
});
