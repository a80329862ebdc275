import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Filters, filterTasks, tallyOf } from "../../../web/page/overview/filters.ts";
import { groupIds, linesOf } from "../../../web/page/overview/lines.ts";
import { seenFrom } from "../../../web/page/overview/seen-from.ts";
import { uptimeOf } from "../../../web/page/overview/uptime.ts";
import { topsOf, visibleLines } from "../../../web/page/overview/visible.ts";
import { parseRoute, printRoute, withQuery } from "../../../web/page/route/route.ts";
import { fleet, takeOverview } from "../../../web/page/state/fleet.ts";
import { dayWith, HOSTILE_NAMES, idleRow, REGIONS, taskRow } from "../fixture/task-rows.ts";
import { worldOf } from "../fixture/world.ts";

describe("takeOverview", () => {
  test("leaves one that was overtaken, and takes one of a clock that was set back", () => {
    const nowMs = Date.UTC(2026, 0, 2);
    for (const [atMs, shownMs] of [
      [nowMs, nowMs],
      [nowMs - 2_000, nowMs],
      [nowMs + 2_000, nowMs + 2_000],
      [nowMs - 3_600_000, nowMs - 3_600_000],
    ] as const) {
      takeOverview(worldOf([], atMs).overview);
      assert.equal(fleet.get().overview?.nowMs, shownMs);
    }
  });
});

describe("parseRoute", () => {
  test("reads what printRoute writes, whatever names there are", () => {
    const texts = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(...HOSTILE_NAMES));
    const query = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    );
    fc.assert(
      fc.property(texts, query, (name, fields) => {
        const route = { page: "task" as const, name, query: fields };
        const read = parseRoute(printRoute(route));
        assert.deepEqual({ ...read, query: { ...read.query } }, { ...route, query: { ...fields } });
      }),
    );
  });

  const HASHES = [
    ["", "tasks", ""],
    ["#/", "tasks", ""],
    ["#/nonsense/x", "tasks", ""],
    ["#/regions", "regions", ""],
    ["#/task/a%2Fb?range=7d", "task", "a/b"],
    ["#/task/50%", "task", "50%"],
    ["#/group/db", "group", "db"],
  ] as const;
  for (const [hash, page, name] of HASHES) {
    test(`takes "${hash}" for ${page} ${name}`, () => {
      const route = parseRoute(hash);
      assert.deepEqual([route.page, route.name], [page, name]);
    });
  }

  test("keeps a setting that withQuery sets, and drops one that it takes away", () => {
    const route = withQuery(parseRoute("#/?q=a&tag=b&tag=c"), { q: null, state: "down" });
    assert.equal(printRoute(route), "#/?tag=b&tag=c&state=down");
  });
});

const TASKS = [
  taskRow({ name: "db 1", targetId: "db", status: "CRITICAL", tags: { team: "data" } }),
  taskRow({ name: "web", held: [{ kind: "ack", id: "a", untilMs: null, reason: "" }] }),
  taskRow({ name: "db 2", targetId: "db", regions: ["eu-west-1"] }),
  idleRow("Later", "waiting", "It is in no plan yet."),
];
const NO_FILTERS: Filters = { search: "", look: "", group: "", tag: "", region: "" };
const FILTERS: readonly [Partial<Filters>, readonly string[]][] = [
  [{}, ["db 1", "web", "db 2", "Later"]],
  [{ search: "DB" }, ["db 1", "db 2"]],
  [{ search: "db data" }, ["db 1"]],
  [{ search: "team=da" }, ["db 1"]],
  [{ search: "later" }, ["Later"]],
  [{ look: "down" }, ["db 1"]],
  [{ look: "waiting" }, ["Later"]],
  [{ look: "held" }, ["web"]],
  [{ group: "db" }, ["db 1", "db 2"]],
  [{ group: "db", look: "fine" }, ["db 2"]],
  [{ tag: "team=data" }, ["db 1"]],
  [{ tag: "team" }, []],
  [{ region: "us-east-1" }, ["db 1", "web"]],
];

describe("filterTasks", () => {
  for (const [filters, expected] of FILTERS) {
    test(`finds ${expected.length} by ${JSON.stringify(filters)}`, () => {
      const found = filterTasks(TASKS, { ...NO_FILTERS, ...filters });
      assert.deepEqual(
        found.map(({ name }) => name),
        expected,
      );
    });
  }
});

describe("tallyOf", () => {
  test("counts each look, and what is held", () => {
    const expected = { down: 1, fine: 2, held: 1, waiting: 1 };
    assert.deepEqual(Object.fromEntries([...tallyOf(TASKS)].sort()), expected);
  });
});

describe("linesOf", () => {
  test("puts a group where its worst task is, with healthy of total", () => {
    const [head, ...rest] = linesOf(TASKS, new Set());
    assert.deepEqual(head, {
      kind: "group",
      key: "group db",
      id: "db",
      healthyCount: 1,
      totalCount: 2,
      look: "down",
      isOpen: true,
    });
    assert.deepEqual(
      rest.map((line) => line.kind === "task" && [line.task.name, line.isInGroup]),
      [
        ["db 1", true],
        ["db 2", true],
        ["web", false],
        ["Later", false],
      ],
    );
  });

  test("hides the tasks of a closed group, and gives a single task no head", () => {
    const lines = linesOf(TASKS, new Set(["db"]));
    assert.deepEqual(groupIds(lines), ["db"]);
    assert.equal(lines.length, 3);
    assert.deepEqual(groupIds(linesOf(TASKS.slice(0, 2), new Set())), []);
  });
});

describe("visibleLines", () => {
  test("has every line that touches the window, and few others", () => {
    const kinds = fc.array(fc.constantFrom({ kind: "task" as const }, { kind: "group" as const }));
    fc.assert(
      fc.property(kinds, fc.nat(5_000), fc.integer({ min: 1, max: 900 }), (lines, top, height) => {
        const tops = topsOf(lines, { task: 44, group: 36 });
        const [from, to] = visibleLines(tops, top, top + height);
        for (let i = 0; i < lines.length; i += 1) {
          const isSeen = (tops[i + 1] ?? 0) > top && (tops[i] ?? 0) < top + height;
          if (isSeen) assert.ok(i >= from && i < to, `line ${i} of ${from} to ${to}`);
        }
        assert.ok(to - from <= height / 36 + 16);
        assert.ok(to <= lines.length);
      }),
    );
  });
});

describe("seenFrom", () => {
  test("believes the state before the newest minute, and no region that abstains", () => {
    const task = taskRow({ name: "t", downRegions: ["eu-west-1"], silentRegions: ["us-east-1"] });
    const boards = {
      regions: ["ap-southeast-1", "eu-west-1", "us-east-1"],
      latest: { t: { atMs: 0, avgMs: 1, p95Ms: 1, regions: "soo" } },
    };
    const looks = (impaired: readonly string[]) =>
      seenFrom(task, boards, new Set(impaired)).map(({ look }) => look);
    assert.deepEqual(looks([]), ["failed", "none", "some"]);
    assert.deepEqual(looks(REGIONS.slice(0, 1)), ["sick", "none", "some"]);
    assert.deepEqual(
      seenFrom(taskRow({ name: "new" }), boards, new Set()).map(({ look }) => look),
      ["none", "none", "none"],
    );
  });
});

describe("uptimeOf", () => {
  test("leaves out what says nothing of the target", () => {
    assert.equal(uptimeOf(dayWith({ criticalMs: 21_600_000, noDataMs: 43_200_000 })), 50);
    assert.equal(uptimeOf(dayWith({ unknownMs: 86_400_000 })), null);
  });
});
