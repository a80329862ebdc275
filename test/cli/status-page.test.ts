import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openHome } from "../../cli/fleet/open-stores.ts";
import { INITIAL_STATE } from "../../shared/health/health.ts";
import { figuresOf, type Summary } from "../../shared/summary/summary.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, startOfMinute } from "../../shared/units.ts";
import { startTestFleet, type TestFleet, userTask } from "./local-fleet.ts";

const NOW_MS = startOfMinute(Date.now());
const TODAY_MS = NOW_MS - (NOW_MS % DAY_MS);

function aMinute(taskName: string, periodStartMs: number): Summary {
  const times = { periodStartMs, periodEndMs: periodStartMs + MINUTE_MS };
  const figures = { overall: figuresOf({ expectedCount: 1 }, []), regions: {} };
  const rest = { targetId: null, complete: true, missingRegions: [], rev: 1 };
  return { taskName, host: "192.0.2.1:22", ...times, ...figures, ...rest };
}

/** "a" is down since an hour ago, but at least since today, and was checked for two days before. */
async function storeOutage({ open }: TestFleet): Promise<void> {
  const { states, summaries, history, progress } = openHome(open);
  const sinceMs = Math.max(NOW_MS - HOUR_MS, TODAY_MS);
  const task = { name: "a", host: "192.0.2.1:22", targetId: null, tags: {} };
  const owed = { pending: [], unrecorded: [], goneSinceMs: null };
  const state = { ...INITIAL_STATE, status: "CRITICAL", rule: "down", sinceMs } as const;
  await states.putRecord({ task, version: 1, state, ...owed });
  await summaries.putSummaries([aMinute("a", TODAY_MS - 2 * DAY_MS), aMinute("b", TODAY_MS)]);
  const detail = { task_name: "a", state: "CRITICAL", previous_state: "OK" };
  const detailType = "TCP Probe Alert State Change";
  await history.putHistory([{ id: "1", detailType, time: sinceMs, resources: [], detail }]);
  await progress.writeProgress({ watermarkMs: NOW_MS, openWindows: [] });
}

describe("status-page", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    const host = { host: "secret.example.com:80" };
    const file = fleet.writeTasks(
      userTask("a", { ...host, tags: { public: "yes" } }),
      userTask("b", { ...host, target_id: "web" }),
      userTask("off", { ...host, enabled: false }),
    );
    await fleet.run("tasks", "apply", file);
    assert.equal((await fleet.run("plan")).code, 0);
    await storeOutage(fleet);
  });
  after(() => fleet.close());

  it("writes what is down, since when and which days were fine, without a host", async () => {
    const out = join(fleet.dir, "site");
    const first = await fleet.run("status-page", "--out", out, "--days", "4");
    assert.deepEqual([first.code, first.error], [0, []]);
    const old = join(out, "badges", "task", "gone.svg");
    writeFileSync(old, "gone: up");
    // The folder is a status page now, so it is written anew.
    assert.equal((await fleet.run("status-page", "--out", out, "--days", "4")).code, 0);
    assert.equal(existsSync(old), false);
    const page = readFileSync(join(out, "index.html"), "utf8");
    assert.match(page, /1 of 2 services is down\./);
    assert.doesNotMatch(page, /secret\.example\.com|>off</);
    const { tasks, incidents } = JSON.parse(readFileSync(join(out, "status.json"), "utf8"));
    const [a, b] = tasks;
    assert.deepEqual([a.name, a.state, b.name, b.state], ["a", "down", "b", "up"]);
    const shares = a.days.map((day: { uptime_percent: number | null }) => day.uptime_percent);
    assert.deepEqual(shares.slice(0, 3), [null, 100, 100]);
    assert.ok(shares[3] < 100);
    assert.deepEqual(
      incidents.map(({ task_name, ended_at }: Record<string, unknown>) => [task_name, ended_at]),
      [["a", null]],
    );
    const badge = readFileSync(join(out, a.badge), "utf8");
    assert.match(badge, /a: down/);
  });

  it("shows only tasks with a tag, and hosts if it is told to", async () => {
    const out = join(fleet.dir, "tagged");
    await fleet.run("status-page", "--out", out, "--tag", "public=yes", "--show-hosts");
    const { tasks } = JSON.parse(readFileSync(join(out, "status.json"), "utf8"));
    assert.deepEqual(
      tasks.map(({ name, host }: Record<string, unknown>) => [name, host]),
      [["a", "secret.example.com:80"]],
    );
    const page = readFileSync(join(out, "index.html"), "utf8");
    for (const tag of ["nope", "public=no"]) {
      const none = await fleet.run("status-page", "--out", out, "--tag", tag);
      const said = `No task that is checked has the tag "${tag}": nothing is written.`;
      assert.deepEqual([none.code, none.out, none.error], [1, [], [said]]);
    }
    assert.equal(readFileSync(join(out, "index.html"), "utf8"), page);
    await fleet.run("status-page", "--out", join(fleet.dir, "none"), "--tag", "nope");
    assert.equal(existsSync(join(fleet.dir, "none")), false);
  });

  it("writes into no other folder than its own, and wants to know which", async () => {
    const full = join(fleet.dir, "full");
    mkdirSync(full);
    writeFileSync(join(full, "index.html"), "mine");
    const refused = await fleet.run("status-page", "--out", full);
    assert.deepEqual([refused.code, readFileSync(join(full, "index.html"), "utf8")], [3, "mine"]);
    assert.match(refused.error.join(), /is not empty and is no status page/);
    assert.equal((await fleet.run("status-page")).code, 2);
    assert.equal((await fleet.run("status-page", "--out", "x", "--days", "91")).code, 2);
  });
});
