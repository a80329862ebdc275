import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHistory, openHome } from "../../cli/fleet/open-stores.ts";
import { readOverview } from "../../functions/history/history.ts";
import type { BoardRow } from "../../shared/board/board.ts";
import { INITIAL_FLEET } from "../../shared/fleet-health/fleet-health.ts";
import { INITIAL_HEALTH, INITIAL_STATE, type TaskState } from "../../shared/health/health.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, startOfMinute, toIso } from "../../shared/units.ts";
import { TEST_FLEET } from "../embedded.ts";
import { startTestFleet, type TestFleet, userTask } from "./local-fleet.ts";

const NOW_MS = startOfMinute(Date.now());
const REGION_COUNT = TEST_FLEET.regions.length;
const SINCE = toIso(NOW_MS - MINUTE_MS);

const DOWN: TaskState = {
  ...INITIAL_STATE,
  status: "CRITICAL",
  incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: NOW_MS, reopenings: 1 },
  regions: { "us-east-1": { ...INITIAL_HEALTH, status: "unhealthy", failCount: 4 } },
};

const ROW: BoardRow = {
  ...{ sampleCount: 0, failedCount: 0, missedCount: 4 },
  ...{ avgConnectTimeMs: null, p95ConnectTimeMs: null, regions: {} },
};

const SILENT: TaskState = {
  ...INITIAL_STATE,
  status: "NO_DATA",
  silence: { number: 1, openedAtMs: NOW_MS },
};

async function storeStates(
  { open }: TestFleet,
  states: Readonly<Record<string, TaskState>>,
): Promise<void> {
  for (const [name, state] of Object.entries(states)) {
    const task = { name, host: "192.0.2.1:22", targetId: null, tags: {} };
    const owed = { pending: [], unrecorded: [], goneSinceMs: null };
    await openHome(open).states.putRecord({ task, version: 1, state, ...owed });
  }
}

describe("status", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
    const write = (enabled: boolean): string =>
      fleet.writeTasks(
        userTask("a", { host: "a.example.com:80", target_id: "web", sla_percent: 99.9 }),
        userTask("b", { host: "b.example.com:80", target_id: "web" }),
        userTask("c", { host: "c.example.com:80", target_id: "web", enabled }),
        userTask("d", {
          host: "d.example.com:80",
          target_id: "db",
          tags: { team: "db" },
          sla_percent: 99.5,
        }),
        userTask("e"),
      );
    await fleet.run("tasks", "apply", write(true));
    assert.equal((await fleet.run("plan")).code, 0);
    // The plan still has the task.
    await fleet.run("tasks", "apply", write(false));
    const silenced = await fleet.run("silence", "a", "--for", "1h", "--reason", "by night");
    assert.deepEqual(silenced.error, []);
    await storeStates(fleet, { a: DOWN, b: SILENT, gone: DOWN });
    const { progress, fleetRecord, settings, boards } = openHome(fleet.open);
    // All of them were there a day ago.
    const names = ["a", "b", "d", "e"];
    const rows = new Map(names.map((name) => [name, ROW]));
    await boards.putBoard({ startMs: NOW_MS - DAY_MS + 2 * MINUTE_MS, rows }, names);
    await settings.putSettings([{ key: "target#web", fields: { min_healthy: 2 } }]);
    await progress.writeProgress({ watermarkMs: NOW_MS, openWindows: [] });
    const sinceMs = NOW_MS - MINUTE_MS;
    const state = {
      ...INITIAL_FLEET,
      regions: {
        "us-east-1": { number: 1, doubtedSinceMs: null, sinceMs, lowSinceMs: null },
        "eu-west-1": { number: 2, doubtedSinceMs: NOW_MS, sinceMs: null, lowSinceMs: null },
      },
      groups: { web: { number: 1, sinceMs } },
      troubles: {
        minutes_lost: { number: 3, sinceMs, recent: 1 },
        "region_missing eu-west-1": { number: 1, sinceMs: null, recent: 0 },
        "region_missing us-east-1": { number: 2, sinceMs, recent: 7 },
      },
    };
    await fleetRecord.putFleet({ version: 1, state, pending: [], unrecorded: [] });
  });
  after(() => fleet.close());

  test("has a row a task, the worst first, then sick regions, groups and a summary", async () => {
    const { code, out, error } = await fleet.run("status");
    assert.deepEqual([code, error], [1, []]);
    assert.deepEqual(
      out.map((line) => line.trimEnd().replace(/ {2,}/g, "  ")),
      [
        "STATE  TASK  TARGET  FOR  DOWN IN  LAST OK  24 H  NOTE",
        "NO_DATA  b  b.example.com:80  -  -  -  -",
        `CRITICAL  a  a.example.com:80  -  1 of ${REGION_COUNT}: us-east-1  -  0.00 %  silenced for 59 min more (by night); flapping`,
        "OK  d  d.example.com:80  -  -  -  100 %",
        "OK  e  192.0.2.1:22  -  -  -  100 %",
        'disabled  c  c.example.com:80  -  -  -  -  Task "c": an earlier version runs on',
        `us-east-1 does not vote since ${SINCE}: its own network fails.`,
        `TROUBLE since ${SINCE}: home has lost three of the last fifteen minutes.`,
        `TROUBLE since ${SINCE}: us-east-1 has reported nothing for three minutes: it votes on no task.`,
        "",
        "GROUP  HEALTHY  OF  LEAST  TOO FEW SINCE",
        "db  1  1  -  -",
        `web  1  3  2  ${SINCE}`,
        "",
        "5 tasks: 1 NO_DATA, 1 CRITICAL, 2 OK, 1 disabled; 1 held.",
      ],
    );
  });

  const WEB = {
    target_id: "web",
    healthy_count: 1,
    total_count: 3,
    min_healthy: 2,
    below_since: SINCE,
    healthy: ["c.example.com:80"],
    unhealthy: ["a.example.com:80", "b.example.com:80"],
  };

  test("prints one object with --json", async () => {
    const { out } = await fleet.run("status", "--json");
    assert.equal(out.length, 1);
    const { groups, tasks, ...overall } = JSON.parse(String(out[0]));
    assert.deepEqual(overall, {
      judged_to: toIso(NOW_MS),
      tasks_by_state: { OK: 3, WARNING: 0, CRITICAL: 1, NO_DATA: 1 },
      impaired_regions: [{ region: "us-east-1", since: SINCE }],
      troubles: [
        { trouble: "minutes_lost", region: null, since: SINCE },
        { trouble: "region_missing", region: "us-east-1", since: SINCE },
      ],
    });
    assert.deepEqual(groups[1], WEB);
    assert.deepEqual(
      tasks.map((task: Record<string, unknown>) => [task.task_name, task.state, task.flapping]),
      [
        ["b", "NO_DATA", false],
        ["a", "CRITICAL", true],
        ["d", "OK", false],
        ["e", "OK", false],
        ["c", "disabled", false],
      ],
    );
  });

  const FILTERS: readonly (readonly [words: readonly string[], names: string, code: number])[] = [
    [["--state", "critical"], "a", 1],
    [["--state", "OK", "--state", "disabled"], "dec", 0],
    [["--state", "held"], "a", 1],
    [["--tag", "team"], "d", 0],
    [["--tag", "team=db"], "d", 0],
    [["--tag", "team=web"], "", 0],
    [["--tag", "constructor"], "", 0],
    [["--region", "us-east-1"], "badec", 1],
    [["d", "e"], "de", 0],
    [["d", "nothing"], "d", 1],
  ];
  for (const [words, names, expected] of FILTERS) {
    test(`${words.join(" ")} shows ${names || "nothing"}`, async () => {
      const { code, out } = await fleet.run("status", "--csv", ...words);
      assert.match(String(out[0]), /^task_name,host,.*,schedule_seconds,sla_percent\r$/);
      assert.equal(
        out
          .slice(1)
          .map((line) => line.slice(0, 1))
          .join(""),
        names,
      );
      assert.equal(code, expected);
    });
  }

  test("refuses a state and a region that can't be, and --limit cuts the table", async () => {
    const state = await fleet.run("status", "--state", "down");
    assert.match(String(state.error[0]), /--state must be one of CRITICAL, .*, held, is "down"\.$/);
    const region = await fleet.run("status", "--region", "mars");
    assert.match(String(region.error[0]), /--region must be one of .*, is "mars"\.$/);
    const { out } = await fleet.run("status", "--limit", "1");
    assert.equal(out[2], "and 4 more tasks.");
  });

  test("lists the targets of a group for whoever routes", async () => {
    const { code, out } = await fleet.run("status", "--group", "web", "--json");
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(String(out[0])), { ...WEB, judged_to: toIso(NOW_MS) });
    const table = await fleet.run("status", "--group", "web");
    assert.deepEqual(
      table.out.map((line) => line.trimEnd().replace(/ {2,}/g, "  ")),
      [
        "TARGET  HEALTH",
        "c.example.com:80  healthy",
        "a.example.com:80  unhealthy",
        "b.example.com:80  unhealthy",
      ],
    );
  });

  test("ends with 1 if there is no such group", async () => {
    const { code, out, error } = await fleet.run("status", "--group", "nothing", "--json");
    assert.deepEqual([code, out, error], [1, [], ['No planned task has the target_id "nothing".']]);
  });

  test("regions shows each region's own health, and ends with 1 while one abstains", async () => {
    const { code, out, error } = await fleet.run("regions");
    assert.deepEqual([code, error], [1, []]);
    assert.match(String(out[0]), /^REGION +TASKS +REPORTED +LAG +MISSED .* STATE$/);
    const sick = out.find((line) => line.startsWith("us-east-1"));
    assert.match(
      String(sick),
      /^us-east-1 +5 +- .*abstains for \d+ (min|s): its own network fails$/,
    );
    assert.match(String(out.at(-1)), /^\d regions, 1 of them sick\.$/);
    const csv = await fleet.run("regions", "--csv");
    assert.match(String(csv.out[0]), /^region,state,task_count,shards,last_report_at,.*,unread\r$/);
    const json = await fleet.run("regions", "--json");
    assert.equal(JSON.parse(String(json.out[0])).task_count, 5);
    const matrix = await fleet.run("regions", "--matrix", "--minutes", "2");
    assert.deepEqual(
      [matrix.code, matrix.out, matrix.error],
      [0, [], ["No check is in these minutes."]],
    );
  });

  test("uptime shows tasks and groups, the least first", async () => {
    const tasks = await fleet.run("uptime", "--period", "1d");
    assert.equal(tasks.code, 1, "the target of a is missed");
    assert.match(
      String(tasks.out[0]),
      /^NAME +TASKS +UPTIME +CRITICAL +WARNING +NO DATA +TARGET +BUDGET LEFT +MAINTENANCE$/,
    );
    assert.match(
      String(tasks.out[1]),
      /^a +1 +0\.00 % +1 d +- +- +99\.9 % +missed by 23 h 58 min +-$/,
    );
    assert.match(String(tasks.out.at(-1)), /^b +1 +- +- +- +1 d +- +- +-$/);
    assert.equal((await fleet.run("uptime", "--period", "1d", "d")).code, 0);
    const byGroup = await fleet.run("uptime", "--period", "1d", "--by", "group");
    assert.equal(byGroup.code, 0, "a group has no target");
    assert.match(String(byGroup.out[0]), /NO DATA +TOO FEW +MAINTENANCE$/);
    assert.match(String(byGroup.out[1]), /^web .* 1 d +-$/);
    const words = ["uptime", "--by", "group", "--period", "1d", "--json"];
    const groups = await fleet.run(...words, "a", "b", "d", "nothing");
    assert.deepEqual([groups.code, groups.error], [1, ['No task is named "nothing".']]);
    const records = groups.out.map((line) => JSON.parse(line));
    assert.deepEqual(
      records.map((one) => [one.name, one.task_count, one.uptime_percent, one.below_seconds]),
      [
        ["web", 2, 0, 86_400],
        ["db", 1, 100, 0],
      ],
    );
    assert.equal((await fleet.run("uptime", "--period", "91d")).code, 2);
  });

  test("its overview has every stored task, the worst first", async () => {
    const { tasks, regions, groups } = await readOverview(openHistory(fleet.open), Date.now());
    assert.deepEqual(
      tasks.map(({ name, status, standing }) => [name, status, standing]),
      [
        ["b", "NO_DATA", "running"],
        ["a", "CRITICAL", "running"],
        ["d", "OK", "running"],
        ["e", "OK", "running"],
        ["c", null, "disabled"],
      ],
    );
    assert.deepEqual(tasks[0]?.regions, regions);
    assert.equal(tasks[2]?.lastDay.okMs, DAY_MS);
    assert.deepEqual(
      groups.map(({ targetId }) => targetId),
      ["db", "web"],
    );
  });
});

describe("status of a fleet that has stopped", () => {
  let fleet: TestFleet;
  before(async () => {
    fleet = await startTestFleet();
  });
  after(() => fleet.close());

  test("says that nothing was judged yet, or since when nothing is", async () => {
    assert.deepEqual((await fleet.run("status")).error, ["No minute was judged yet."]);
    const watermarkMs = NOW_MS - 8 * MINUTE_MS;
    await openHome(fleet.open).progress.writeProgress({ watermarkMs, openWindows: [] });
    const { code, error } = await fleet.run("status", "--json");
    assert.equal(code, 0);
    assert.match(
      String(error[0]),
      /^This is how it was at .*, [89] min ago: nothing newer was judged/,
    );
  });
});

describe("status of tasks with certificates", () => {
  let fleet: TestFleet;
  const until = (days: number) => startOfMinute(Date.now()) + days * DAY_MS + HOUR_MS;
  const known = (days: number) => ({
    ...{ id: "a".repeat(16), fromMs: 0, untilMs: until(days) },
    ...{ firstAtMs: 0, lastAtMs: 0 },
  });
  before(async () => {
    fleet = await startTestFleet();
    const file = fleet.writeTasks(
      userTask("a", { host: "a.example.com:443", target_id: "web" }),
      userTask("b", { host: "b.example.com:443", target_id: "web" }),
      userTask("c", { host: "c.example.com:80", target_id: "web" }),
    );
    await fleet.run("tasks", "apply", file);
    assert.equal((await fleet.run("plan")).code, 0);
    const expiring = { eu: { fromMs: 0, untilMs: until(6), othersSinceMs: null } };
    await storeStates(fleet, {
      a: { ...INITIAL_STATE, certificates: [known(200), known(100)] },
      b: {
        ...INITIAL_STATE,
        certificates: [known(300)],
        trends: { ...INITIAL_STATE.trends, expiring },
      },
    });
    await openHome(fleet.open).progress.writeProgress({ watermarkMs: NOW_MS, openWindows: [] });
  });
  after(() => fleet.close());

  test("shows when they end, the first one first", async () => {
    const { out } = await fleet.run("status");
    const lines = out.map((line) => line.trimEnd().replace(/ {2,}/g, "  "));
    const day = (days: number) => toIso(until(days)).slice(0, 10);
    assert.deepEqual(lines.slice(-4), [
      "",
      "CERTIFICATE OF  TARGET  ENDS  DAYS",
      `b  b.example.com:443  ${day(6)}  6`,
      `a  a.example.com:443  ${day(200)}  200`,
    ]);
    const { certificates } = JSON.parse(String((await fleet.run("status", "--json")).out[0]));
    assert.deepEqual(certificates[0], {
      task_name: "b",
      host: "b.example.com:443",
      certificate_expires_at: toIso(until(6)),
      certificate_days_left: 6,
    });
  });

  test("shows the days beside the targets of a group", async () => {
    const { out } = await fleet.run("status", "--group", "web");
    const lines = out.map((line) => line.trimEnd().replace(/ {2,}/g, "  "));
    assert.deepEqual(lines, [
      "TARGET  CERT DAYS  HEALTH",
      "a.example.com:443  200  healthy",
      "b.example.com:443  6  healthy",
      "c.example.com:80  -  healthy",
    ]);
  });
});
