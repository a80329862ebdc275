import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { openRegion } from "../../cli/fleet/open-stores.ts";
import { regionTableName } from "../../shared/contract.ts";
import { encodeBundle } from "../../shared/plan/plan.ts";
import { DAY_MS, MINUTE_MS, startOfMinute } from "../../shared/units.ts";
import { aChunk, aResult, aTask } from "../fakes/results.ts";
import { startTestFleet, type TestFleet } from "./local-fleet.ts";

const TERM_MS = startOfMinute(Date.now()) - 5 * MINUTE_MS;
const ADVICE = "A table of the fleet does not exist.";

/** One check of the task "a" in the region. */
async function storeResult({ open }: TestFleet, region: string): Promise<void> {
  const bundle = { tasks: [aTask("a")] };
  const { hash } = encodeBundle(bundle);
  const { plans, chunks } = openRegion(open, region);
  await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
  const results = [aResult({ slotAtMs: TERM_MS })];
  await chunks.putChunk({
    ...aChunk({ bundle: hash, termFromMs: TERM_MS, results }),
    shard: 0,
    part: 0,
  });
}

async function dropRegion({ open }: TestFleet, region: string): Promise<void> {
  for (const table of ["plans", "results"] as const) {
    const TableName = regionTableName(open.fleet.name, table, region);
    await open.clientFor(region).send(new DeleteTableCommand({ TableName }));
  }
}

describe("a region that can't be read", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    const file = fleet.writeTasks({ name: "a", host: "192.0.2.1:22", schedule_seconds: 60 });
    await fleet.run("tasks", "apply", file);
    assert.equal((await fleet.run("plan")).code, 0);
    for (const { name } of fleet.open.fleet.regions) await storeResult(fleet, name);
    await dropRegion(fleet, "us-east-1");
  });
  after(() => fleet.close());

  test("results prints the rows of the others, names the region on standard error, and exits with 3", async () => {
    const { code, out, error } = await fleet.run("results", "a", "--json");
    assert.equal(code, 3);
    assert.deepEqual(
      out.map((line) => JSON.parse(line).region),
      fleet.open.fleet.regions.map(({ name }) => name).filter((name) => name !== "us-east-1"),
    );
    assert.equal(error.length, 1);
    assert.match(
      String(error[0]),
      new RegExp(`^Region us-east-1 could not be read, its rows are missing: ${ADVICE}`),
    );
  });

  test("results of that region alone fails as a whole", async () => {
    const { code, out, error } = await fleet.run("results", "a", "--region", "us-east-1");
    assert.deepEqual([code, out], [3, []]);
    assert.match(String(error[0]), new RegExp(`^synfleet: ${ADVICE}`));
  });

  test("tasks list prints the tasks as the other regions run them, names the region, and exits with 3", async () => {
    const { code, out, error } = await fleet.run("tasks", "list", "--json");
    assert.equal(code, 3);
    const [task] = out.map((line) => JSON.parse(line));
    assert.equal(task.state, "planned");
    assert.deepEqual(task.reasons, []);
    assert.match(
      String(error.at(-1)),
      /^Region us-east-1 could not be read, states are those of the other regions: /,
    );
  });
});
