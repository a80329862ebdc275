import { strict as assert } from "node:assert";
import { describe, it, type TestContext } from "node:test";
import {
  openHomeStores,
  openRegionStores,
} from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import { parseItems } from "../../../../functions/plan/plan.ts";
import { answeringClient } from "../../../fakes/dynamodb-server.ts";
import { aFleet, aRegion, START_MS } from "../../plan/rig.ts";

// As the wire carries it: the embedded database drops such a name.
const ODD_FIELDS = [
  ['"__proto__":{"S":"x"}', 'Task "odd": __proto__ is not a field of a task'],
  ['"__proto__":{"M":{"host":{"S":"h:1"}}}', 'Task "odd": __proto__ is not a field of a task'],
  ['"constructor":{"S":"x"}', 'Task "odd": constructor is not a field of a task'],
  [
    '"tags":{"M":{"__proto__":{"S":"x"}}}',
    'Task "odd": tags.__proto__ is not usable as the key of a tag',
  ],
  ['"alert":{"M":{"__proto__":{"M":{}}}}', 'Task "odd": alert.__proto__ is not a field of alert'],
  ['"target_id":{"Q":"x"}', /^Task "odd": target_id must be 1 to 200 characters .*\{"Q":"x"\}$/],
] as const;

describe("readTasks and parseItems set aside the one item that is odd", () => {
  for (const [field, sentence] of ODD_FIELDS) {
    it(field, async (t) => {
      const item = (name: string, more = "") =>
        `{"name":{"S":"${name}"},"host":{"S":"h:1"},"schedule_seconds":{"N":"60"}${more}}`;
      const answer = `{"Items":[${item("a")},${item("odd", `,${field}`)},${item("b")}]}`;
      const { tasks } = openHomeStores({
        client: await answeringClient(t, () => answer),
        fleet: "f",
      });
      const { valid, invalid } = parseItems(await tasks.readTasks(), aFleet(aRegion("eu-west-1")));
      assert.deepEqual(
        valid.map(({ name }) => name),
        ["a", "b"],
      );
      assert.deepEqual(
        invalid.map(({ name }) => name),
        ["odd"],
      );
      assert.equal(invalid[0]?.problems.length, 1);
      const said = String(invalid[0]?.problems[0]);
      if (typeof sentence === "string") assert.equal(said, sentence);
      else assert.match(said, sentence);
    });
  }
});

describe("a store reads its items beside what it does not know", () => {
  const ODD = '"__proto__":{"M":{"version":{"S":"x"}}},"constructor":{"NULL":true}';
  const EVENT = `{"M":{"id":{"S":"1"},"detail_type":{"S":"x"},"time_ms":{"N":"1"},"resources":{"L":[]},"detail":{"S":"{\\"__proto__\\":1}"},${ODD}}}`;

  async function home(t: TestContext, item: string) {
    return openHomeStores({
      client: await answeringClient(t, () => `{"Item":${item},"Items":[${item}]}`),
      fleet: "f",
      now: () => START_MS,
    });
  }

  async function region(t: TestContext, item: string) {
    const client = await answeringClient(t, () => `{"Item":${item}}`);
    return openRegionStores({ client, fleet: "f", region: "eu-west-1", now: () => START_MS });
  }

  it("a task's record, with its pending event", async (t) => {
    const state = JSON.stringify(
      '{"status":"OK","sequence":1,"regions":{"__proto__":{"streak":1}}}',
    );
    const { states } = await home(
      t,
      `{"sk":{"S":"a"},"host":{"S":"h:1"},"tags":{"M":{${ODD}}},"version":{"N":"1"},"state":{"S":${state}},"owed":{"L":[${EVENT}]},${ODD}}`,
    );
    const { records, damaged } = await states.readRecords();
    assert.deepEqual(damaged, []);
    assert.equal(records[0]?.pending.length, 1);
  });

  it("a status, with its pending event", async (t) => {
    const { statuses } = await home(
      t,
      `{"name":{"S":"a"},"status":{"S":"ok"},"since":{"S":"2026-01-01T00:00:00Z"},"owed":{"L":[${EVENT}]},"version":{"N":"1"},${ODD}}`,
    );
    const { records, damaged } = await statuses.readStatuses();
    assert.deepEqual(damaged, []);
    assert.equal(records[0]?.pending.length, 1);
  });

  it("an event of the history", async (t) => {
    const attributes = EVENT.slice('{"M":{'.length, -2);
    const { history } = await home(t, `{"pk":{"S":"a"},"sk":{"S":"b"},${attributes}}`);
    const query = { sinceMs: START_MS - 1, untilMs: START_MS, limit: 1, taskName: null };
    assert.equal((await history.readHistory(query)).events.length, 1);
  });

  it("the progress", async (t) => {
    const { progress } = await home(
      t,
      `{"watermark_ms":{"N":"60000"},"open_windows":{"L":[{"M":{"start_ms":{"N":"0"},"regions":{"M":{${ODD}}}}}]},${ODD}}`,
    );
    assert.equal((await progress.readProgress())?.watermarkMs, 60_000);
  });

  it("a summary", async (t) => {
    const figures = '{"L":[{"N":"1"},{"N":"0"},{"N":"0"},{"N":"1"},{"N":"0"},{"L":[]},{"L":[]}]}';
    const { summaries } = await home(
      t,
      `{"task_name":{"S":"a"},"period_start":{"N":"60"},"period_end":{"N":"120"},"v":{"N":"1"},"rev":{"N":"1"},"host":{"S":"h:1"},"complete":{"BOOL":true},"o":${figures},"r":{"M":{"eu-west-1":${figures}}},${ODD}}`,
    );
    const span = { sinceMs: 0, untilMs: START_MS, limit: 1 };
    assert.equal((await summaries.readLatest("a", span)).length, 1);
  });

  it("a lease", async (t) => {
    const { leases } = await region(t, `{"claimed_to_ms":{"N":"60000"},"runs":{"S":"[]"},${ODD}}`);
    assert.equal((await leases.readLease(0))?.claimedToMs, 60_000);
  });

  it("a manifest", async (t) => {
    const shard = `{"M":{"shard":{"N":"0"},"bundle":{"S":"b"},"task_count":{"N":"1"},${ODD}}}`;
    const { plans } = await region(
      t,
      `{"version":{"N":"1"},"region":{"S":"r"},"planned_at_ms":{"N":"1"},"stagger_permille":{"N":"0"},"shards":{"L":[${shard}]},${ODD}}`,
    );
    assert.equal((await plans.readManifest())?.shards.length, 1);
  });
});
