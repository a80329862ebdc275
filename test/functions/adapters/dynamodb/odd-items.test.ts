import { strict as assert } from "node:assert";
import { describe, it, type TestContext } from "node:test";
import {
  openHomeStores,
  openRegionStores,
} from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import { stateKey } from "../../../../functions/adapters/dynamodb/state-store.ts";
import { parseItems } from "../../../../functions/plan/plan.ts";
import { BundleError } from "../../../../shared/plan/plan.ts";
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

describe("a pending event that can't be read is left out, and said", () => {
  const event = (odd: object) => ({
    M: {
      id: { S: "1" },
      detail_type: { S: "x" },
      time_ms: { N: "1" },
      resources: { L: [] },
      detail: { S: "{}" },
      ...odd,
    },
  });
  const ODD: readonly (readonly [odd: object, reason: string])[] = [
    [{ S: "x" }, "event is damaged: it must be a map"],
    [event({ id: { N: "1" } }), "event is damaged: id must be a text"],
    [event({ time_ms: { N: "1e20" } }), "event is damaged: time_ms must be an instant"],
    [event({ detail: { S: "{" } }), "event is damaged: detail must be JSON"],
    [event({ detail: { S: "null" } }), "event's detail is damaged: it must be a map"],
    [event({ resources: { S: "x" } }), "event is damaged: resources must be a list"],
  ];
  const SOUND = event({ id: { S: "2" } });

  async function home(t: TestContext, item: object) {
    const answer = JSON.stringify({ Items: [item] });
    const client = await answeringClient(t, () => answer);
    return openHomeStores({ client, fleet: "f", now: () => START_MS });
  }

  for (const [odd, reason] of ODD) {
    const owed = { L: [odd, SOUND] };

    it(`of a task's record: ${reason}`, async (t) => {
      const { states } = await home(t, {
        ...{ sk: { S: "a" }, host: { S: "h:1" }, tags: { M: {} }, version: { N: "1" }, owed },
        state: { S: '{"status":"OK","sequence":2,"regions":{}}' },
      });
      const { records, damaged, faults } = await states.readRecords();
      assert.deepEqual(damaged, []);
      for (const { pending, unrecorded } of records) {
        for (const events of [pending, unrecorded]) {
          assert.deepEqual(
            events.map(({ id }) => id),
            ["2"],
          );
        }
      }
      const sentence = `Task "a": a pending event is dropped: Stored ${reason}`;
      assert.ok(records.length > 0);
      assert.deepEqual(new Set(faults), new Set([sentence]));
    });

    it(`of a status: ${reason}`, async (t) => {
      const { statuses } = await home(t, {
        ...{ name: { S: "a" }, status: { S: "ok" }, since: { S: "2026-01-01T00:00:00Z" } },
        ...{ owed, version: { N: "1" } },
      });
      const { records, damaged, cut } = await statuses.readStatuses();
      assert.deepEqual(damaged, []);
      assert.deepEqual(
        records[0]?.pending.map(({ id }) => id),
        ["2"],
      );
      assert.deepEqual(cut, [{ name: "a", reason: `Stored ${reason}` }]);
    });
  }
});

describe("readRecords and readStatuses set aside the one item whose version is", () => {
  for (const version of ["1e20", "1.5"]) {
    it(version, async (t) => {
      const item = (name: string, held: string) => ({
        ...{ sk: { S: name }, name: { S: name }, host: { S: "h:1" }, tags: { M: {} } },
        ...{ status: { S: "ok" }, since: { S: "2026-01-01T00:00:00Z" }, owed: { L: [] } },
        state: { S: '{"status":"OK","sequence":2,"regions":{}}' },
        version: { N: held },
      });
      const Items = [item("a", "1"), item("odd", version), item("b", "1")];
      const client = await answeringClient(t, () => JSON.stringify({ Items }));
      const { states, statuses } = openHomeStores({ client, fleet: "f", now: () => START_MS });
      const stored = await states.readRecords();
      const names = new Set(stored.records.map(({ task }) => task.name));
      assert.deepEqual(names, new Set(["a", "b"]));
      assert.deepEqual(new Set(stored.damaged), new Set(["odd"]));
      const { records, damaged } = await statuses.readStatuses();
      assert.deepEqual(
        records.map(({ name }) => name),
        ["a", "b"],
      );
      assert.deepEqual(
        damaged.map(({ name }) => name),
        ["odd"],
      );
    });
  }
});

it("readBundle throws a BundleError for an item without bytes, so that it fails its shard only", async (t) => {
  const client = await answeringClient(t, () => '{"Item":{"pk":{"S":"bundle#1"}}}');
  const { plans } = openRegionStores({ client, fleet: "f", region: "eu-west-1" });
  await assert.rejects(plans.readBundle("1"), BundleError);
});

it("readRecords ignores a record under another key, and says so: it could never be replaced", async (t) => {
  const item = (pk: string) => ({
    ...{ pk: { S: pk }, sk: { S: "a" }, host: { S: "h:1" }, tags: { M: {} }, owed: { L: [] } },
    ...{ state: { S: '{"status":"OK","sequence":2,"regions":{}}' }, version: { N: "1" } },
  });
  const own = String(stateKey("a").pk);
  const Items = [item(own), item("state#99")];
  const client = await answeringClient(t, (_, body) =>
    body.includes(`"${own}"`) ? JSON.stringify({ Items }) : "{}",
  );
  const { states } = openHomeStores({ client, fleet: "f", now: () => START_MS });
  const { records, damaged, faults } = await states.readRecords();
  assert.equal(records.length, 1);
  assert.deepEqual(damaged, []);
  assert.deepEqual(faults, ['Task "a": a record under another key is ignored']);
});

it("readRecords of a named task sets a damaged record aside, and readUnquiet leaves out what is odd", async (t) => {
  const Item = { ...stateItemOf("a"), state: { S: "{" } };
  const reading = await answeringClient(t, () => JSON.stringify({ Item }));
  const { states } = openHomeStores({ client: reading, fleet: "f", now: () => START_MS });
  const { records, damaged } = await states.readRecords(new Set(["a"]));
  assert.deepEqual([records, damaged], [[], ["a"]]);
  const odd = { version: { S: "x" }, from_ms: { N: "1" }, task_names: { L: [{ N: "1" }] } };
  const listing = await answeringClient(t, () => JSON.stringify({ Item: odd }));
  const { unquiet } = openHomeStores({ client: listing, fleet: "f", now: () => START_MS });
  assert.deepEqual(await unquiet.readUnquiet(), { version: 0, window: null, taskNames: null });
});

function stateItemOf(name: string) {
  return { pk: { S: String(stateKey(name).pk) }, sk: { S: name } };
}
