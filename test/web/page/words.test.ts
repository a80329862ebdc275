import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { failingCounts, stripPaths, stripText } from "../../../web/page/look/strip-paths.ts";
import { backoffMs } from "../../../web/page/state/backoff.ts";
import { changesBetween } from "../../../web/page/words/changes.ts";
import { headlineOf } from "../../../web/page/words/headline.ts";
import { listText, msText, percentText } from "../../../web/page/words/number.ts";
import { agoText, clockText, durationText, exactText } from "../../../web/page/words/time.ts";
import type { OverviewRecord, TaskRow } from "../../../web/records/records.ts";
import { REGIONS, taskRow } from "../fixture/task-rows.ts";
import { worldOf } from "../fixture/world.ts";

const NOW = Date.UTC(2026, 0, 5, 14, 9);
const AT_14_02 = Date.UTC(2026, 0, 5, 14, 2);
const [EU = "", US = ""] = REGIONS;

const fine = (count: number) =>
  Array.from({ length: count }, (_, i) => taskRow({ name: `fine ${i}` }));
const down = (name: string, changes: Partial<TaskRow> = {}) =>
  taskRow({ name, status: "CRITICAL", sinceMs: AT_14_02, downRegions: REGIONS, ...changes });
const held = [{ kind: "maintenance" as const, id: "m", untilMs: null, reason: "" }];
const HEADLINES: readonly [string, readonly TaskRow[], Partial<OverviewRecord>, string, string][] =
  [
    ["no task", [], {}, "waiting", "No tasks yet"],
    [
      "the first minute",
      fine(2),
      { judgedToMs: null },
      "waiting",
      "The first minute is not over yet",
    ],
    ["all fine", fine(118), {}, "fine", "All 118 tasks are fine"],
    ["one task", fine(1), {}, "fine", "The only task is fine"],
    [
      "two down everywhere",
      [down("a"), down("b", { sinceMs: AT_14_02 + 60_000 }), ...fine(116)],
      {},
      "down",
      "2 of 118 tasks are down (since 14:02), seen from all 3 regions",
    ],
    [
      "one down from one region",
      [down("a", { downRegions: [EU] }), ...fine(1)],
      {},
      "down",
      "1 of 2 tasks is down (since 14:02), seen from eu-west-1",
    ],
    [
      "down from some",
      [down("a"), down("b", { downRegions: [EU, US] })],
      {},
      "down",
      "2 of 2 tasks are down (since 14:02), seen from 2 to 3 of 3 regions",
    ],
    ["down in maintenance", [down("a", { held }), ...fine(2)], {}, "fine", "2 of 3 tasks are fine"],
    [
      "a sick region",
      fine(3),
      { impaired: [{ region: EU, sinceMs: AT_14_02 }] },
      "sick",
      "eu-west-1 is sick: it abstains since 14:02",
    ],
    [
      "a fleet in trouble",
      [taskRow({ name: "a", status: "WARNING" })],
      { troubles: [{ text: "home has alerts <b>", sinceMs: AT_14_02 }] },
      "warning",
      "The fleet itself: home has alerts <b> (since 14:02)",
    ],
    [
      "nothing judged",
      [down("a")],
      { judgedToMs: AT_14_02 },
      "silent",
      "Nothing was judged for 7 min",
    ],
    [
      "no data",
      [taskRow({ name: "a", status: "NO_DATA" }), ...fine(2)],
      {},
      "silent",
      "1 of 3 tasks gives no data",
    ],
    [
      "warnings",
      [taskRow({ name: "a", status: "WARNING" }), taskRow({ name: "b", status: "WARNING" })],
      {},
      "warning",
      "2 of 2 tasks need a look",
    ],
  ];

describe("headlineOf", () => {
  for (const [what, tasks, changes, tone, text] of HEADLINES) {
    test(`says of ${what}: ${text}`, () => {
      const overview = { ...worldOf(tasks, NOW).overview, ...changes };
      const headline = headlineOf(overview, "UTC");
      assert.deepEqual([headline.tone, headline.text], [tone, text]);
    });
  }

  test("says whose fault it is", () => {
    const { overview } = worldOf([down("a")], NOW);
    assert.match(headlineOf(overview, "UTC").more ?? "", /them, not us/);
    const impaired = [{ region: US, sinceMs: AT_14_02 }];
    assert.match(headlineOf({ ...overview, impaired }, "UTC").more ?? "", /us-east-1/);
  });
});

test("headlineOf names troubles of the fleet beside what is worse, and all of them", () => {
  const troubles = ["a has lost minutes", "home is late"].map((text) => ({ text, sinceMs: NOW }));
  const moreOf = (tasks: readonly TaskRow[]) =>
    headlineOf({ ...worldOf(tasks, NOW).overview, troubles }, "UTC").more ?? "";
  assert.match(moreOf([down("a")]), /The fleet itself: a has lost minutes; home is late\.$/);
  assert.equal(moreOf(fine(1)), "It is us, not them. Also: home is late.");
});

describe("changesBetween", () => {
  test("names what changed, and counts what is more than a listener bears", () => {
    const before = worldOf(fine(6), NOW).overview;
    assert.equal(changesBetween(null, before), "");
    assert.equal(changesBetween(before, before), "");
    const tasks = before.tasks.map((task, i) => (i < 5 ? down(task.name) : task));
    assert.equal(
      changesBetween(before, { ...before, tasks }),
      "fine 0: down. fine 1: down. fine 2: down. And 2 more changed.",
    );
  });
});

const TEXTS: readonly [unknown, string][] = [
  [durationText(-5), "0 s"],
  [durationText(59_999), "59 s"],
  [durationText(60_000), "1 min"],
  [durationText(3_600_000), "1 h"],
  [durationText(3_600_000 * 3 + 12 * 60_000), "3 h 12 min"],
  [durationText(86_400_000 * 2 + 3_600_000 * 4), "2 d 4 h"],
  [agoText(NOW - 4_000, NOW), "now"],
  [agoText(NOW - 65_000, NOW), "1 min ago"],
  [clockText(AT_14_02, NOW, "UTC"), "14:02"],
  [clockText(AT_14_02, NOW, "Asia/Kolkata"), "19:32"],
  [clockText(AT_14_02 - 86_400_000, NOW, "UTC"), "4 Jan, 14:02"],
  [exactText(AT_14_02, "Asia/Kolkata"), "5 Jan 2026, 19:32:00 (2026-01-05 14:02:00 UTC)"],
  [msText(null), "–"],
  [msText(0.416), "0.42 ms"],
  [msText(18.31), "18.3 ms"],
  [msText(1_204), "1.20 s"],
  [percentText(99.999), "99.99 %"],
  [percentText(100), "100 %"],
  [percentText(0), "0 %"],
  [percentText(98.19), "98.1 %"],
  [listText(["a"]), "a"],
  [listText(["a", "b", "c"]), "a, b and c"],
  [listText(["a", "b", "c", "d"]), "a, b and 2 more"],
  [stripText("oofs", 4), "1 min failed, 1 min in part"],
  [stripText("oo", 4), "No failures"],
  [stripText("..", 4), "No checks"],
];

describe("a text", () => {
  for (const [text, expected] of TEXTS) test(expected, () => assert.equal(text, expected));
});

describe("stripPaths", () => {
  test("draws neighbours that are alike as one, and ends at the right", () => {
    const paths = stripPaths("ooff", 6);
    assert.deepEqual(paths, {
      ".": "M0 18h2v2h-2z",
      o: "M2 12h2v8h-2z",
      f: "M4 0h2v20h-2z",
      s: "",
    });
  });

  test("draws nothing for a mark that it does not know, and cuts what is older", () => {
    assert.deepEqual(stripPaths("fff?o", 2), { ".": "", o: "M1 12h1v8h-1z", f: "", s: "" });
  });
});

describe("failingCounts", () => {
  test("counts what failed in each minute, also of strips that are shorter or longer", () => {
    assert.deepEqual(failingCounts(["off", "f", "ffof"], 3), [1, 1, 3]);
  });
});

describe("backoffMs", () => {
  test("doubles up to half a minute, and spreads over half of it", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 6, 90].map((count) => backoffMs(count, 1)),
      [1_000, 1_000, 2_000, 4_000, 30_000, 30_000],
    );
    assert.equal(backoffMs(3, 0), 2_000);
  });
});
