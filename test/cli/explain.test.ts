import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openRegion } from "../../cli/fleet/open-stores.ts";
import { encodeBundle } from "../../shared/plan/plan.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS, startOfMinute, toIso } from "../../shared/units.ts";
import { aChunk, aFailure, aResult, aTask } from "../fakes/results.ts";
import { startTestFleet, type TestFleet } from "./local-fleet.ts";

const NAME = "db primary";

/** A lease term that began some minutes ago; stores ignore items that are expired by the real clock. */
const BEGAN_MS = startOfMinute(Date.now()) - 20 * MINUTE_MS;

/** The regions check a second apart; the target is down from the first minute to the fourth. */
async function storeOutage({ open }: TestFleet): Promise<void> {
  const bundle = { tasks: [aTask(NAME)] };
  const { hash } = encodeBundle(bundle);
  for (const [i, region] of ["eu-west-1", "us-east-1"].entries()) {
    const { plans, chunks } = openRegion(open, region);
    await plans.writeBundle(hash, bundle, Date.now() + DAY_MS);
    for (let minute = 0; minute < 8; minute++) {
      const termFromMs = BEGAN_MS + minute * MINUTE_MS;
      const slots = [0, 15, 30, 45].map((second) => termFromMs + (second + i) * SECOND_MS);
      const isDown = minute >= 1 && minute < 4;
      const results = slots.map((slotAtMs) =>
        isDown ? aFailure({ slotAtMs }) : aResult({ slotAtMs }),
      );
      const chunk = aChunk({ bundle: hash, termFromMs, results });
      await chunks.putChunk({ ...chunk, shard: 0, part: 0 });
    }
  }
}

/** The fourth failure of the second region, a quarter of a minute each. */
const OPENED = toIso(BEGAN_MS + MINUTE_MS + 46 * SECOND_MS);

/** The second passed check of the first region: then only one of two is down. */
const CLOSED = toIso(BEGAN_MS + 4 * MINUTE_MS + 15 * SECOND_MS);

describe("explain and alerts replay", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    await storeOutage(fleet);
  });
  after(() => fleet.close());

  test("alerts replay shows the pages of the policy in force", async () => {
    const { code, out, error } = await fleet.run("alerts", "replay", NAME, "--from", "1h");
    assert.equal(code, 0);
    assert.equal(out.length, 2);
    assert.match(out[1] ?? "", new RegExp(`^${OPENED} +${CLOSED} +now .*db primary$`));
    assert.match(error.at(-1) ?? "", /: now 1 page\.$/);
  });

  test("alerts replay compares with another policy, over all tasks", async () => {
    const words = ["alerts", "replay", "--from", "1h", "--with", "failure_threshold=6", "--json"];
    const { out } = await fleet.run(...words);
    assert.deepEqual(
      out.map((line) => JSON.parse(line)),
      [
        {
          task_name: NAME,
          opened_at: OPENED,
          closed_at: CLOSED,
          sent_by: "both",
          later_seconds: 30,
        },
      ],
    );
    const never = await fleet.run(
      "alerts",
      "replay",
      "--from",
      "1h",
      "--with",
      "failure_threshold=13",
    );
    assert.match(never.error.at(-1) ?? "", /: 0 pages; 1 fewer, 0 more\.$/);
  });

  test("explain shows the decision at an instant, and how far each region is from turning", async () => {
    const at = toIso(BEGAN_MS + MINUTE_MS + 40 * SECOND_MS);
    const { out } = await fleet.run("explain", NAME, "--at", at, "--json");
    const said = JSON.parse(out[0] ?? "");
    assert.equal(said.status, "OK");
    assert.deepEqual(
      said.regions.map((one: Record<string, unknown>) => one.failing_since),
      [0, 1].map((second) => toIso(BEGAN_MS + MINUTE_MS + second * SECOND_MS)),
    );
    assert.deepEqual(
      said.regions.map((one: Record<string, unknown>) => [
        one.region,
        one.health,
        one.failed_in_a_row,
        one.failures_needed,
      ]),
      [
        ["eu-west-1", "healthy", 3, 4],
        ["us-east-1", "healthy", 3, 4],
      ],
    );
    assert.deepEqual(said.changes, []);
    const later = toIso(BEGAN_MS + 3 * MINUTE_MS);
    const down = await fleet.run("explain", NAME, "--at", later, "--with", "failure_threshold=6");
    assert.equal(down.code, 0);
    assert.match(down.out[0] ?? "", new RegExp(`: CRITICAL by the rule down since ${OPENED}$`));
    assert.match(down.out.join("\n"), /OK to CRITICAL: down, eu-west-1, us-east-1 \(needed: 2\)/);
    assert.equal(down.out.at(-1), "It pages 30 s later.");
  });

  test("an unknown task and a bad policy are said, with what was meant", async () => {
    const unknown = await fleet.run("explain", "db primari");
    assert.equal(unknown.code, 1);
    const bad = await fleet.run("explain", NAME, "--with", "failure_treshold=5");
    assert.equal(bad.code, 2);
    assert.match(bad.error[0] ?? "", /failure_treshold is not a field of alert/);
    const odd = await fleet.run("explain", NAME, "--with", "failures");
    assert.match(odd.error[0] ?? "", /--with must be like failure_threshold=5, is "failures"/);
  });

  test("alerts replay refuses a span that is turned round, or that would be read for hours", async () => {
    const turned = await fleet.run("alerts", "replay", "--from", "1h", "--to", "2h");
    assert.deepEqual([turned.code, turned.error[0]], [2, "synfleet: --from must be before --to."]);
    const endless = await fleet.run("alerts", "replay", "--from", "99999d");
    assert.equal(endless.code, 2);
    assert.match(endless.error[0] ?? "", /--from must be at most 3650 days ago\./);
  });
});
