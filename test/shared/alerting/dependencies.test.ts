import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Dependency } from "../../../shared/alerting/settings/settings.ts";
import { TestFleet, type TestTask, type Truth } from "./looks.ts";

const on = (name: string): Dependency => ({ kind: "task", name });
const onTarget = (id: string): Dependency => ({ kind: "target", id });

function child(...dependsOn: readonly Dependency[]): TestTask {
  return { alert: { dependsOn } };
}

const PAIR = { router: {}, web: child(on("router")) };

type Looks = readonly (readonly [number, Readonly<Record<string, Truth>>])[];

function eventsOf(tasks: Readonly<Record<string, TestTask>>, looks: Looks): string[][] {
  const fleet = new TestFleet(tasks);
  return looks.map(([seconds, truths]) => fleet.look(seconds, truths));
}

interface Case {
  readonly it: string;
  readonly tasks: Readonly<Record<string, TestTask>>;
  readonly looks: Looks;
  readonly events: readonly (readonly string[])[];
}

const CASES: readonly Case[] = [
  {
    it: "holds a child that turns in the look of its parent, and names it on the parent's event",
    tasks: PAIR,
    looks: [[10, { router: "down", web: "down" }]],
    events: [["router OK to CRITICAL [web]", "web OK to CRITICAL (dependency)"]],
  },
  {
    it: "holds a child that turns later, and names it when the parent recovers",
    tasks: PAIR,
    looks: [
      [10, { router: "down" }],
      [40, { web: "down" }],
      [600, { router: "up" }],
      [605, { web: "up" }],
    ],
    events: [
      ["router OK to CRITICAL"],
      ["web OK to CRITICAL (dependency)"],
      ["router CRITICAL to OK [web]"],
      ["web CRITICAL to OK (dependency)"],
    ],
  },
  {
    it: "tells of a child that outlasts the parent's recovery by a minute",
    tasks: PAIR,
    looks: [
      [10, { router: "down", web: "down" }],
      [100, { router: "up" }],
      [159, {}],
      [160, {}],
      [200, { web: "up" }],
    ],
    events: [
      ["router OK to CRITICAL [web]", "web OK to CRITICAL (dependency)"],
      ["router CRITICAL to OK [web]"],
      [],
      ["web released as CRITICAL"],
      ["web CRITICAL to OK"],
    ],
  },
  {
    it: "holds a child that turns first while checks of its parent fail, and then for the parent",
    tasks: PAIR,
    looks: [
      [10, { router: "failing", web: "down" }],
      [20, { router: "down" }],
      [120, {}],
    ],
    events: [["web OK to CRITICAL (dependency)"], ["router OK to CRITICAL [web]"], []],
  },
  {
    it: "tells of it at the next look if the parent is fine again",
    tasks: PAIR,
    looks: [
      [10, { router: "failing", web: "down" }],
      [20, { router: "up" }],
    ],
    events: [["web OK to CRITICAL (dependency)"], ["web released as CRITICAL"]],
  },
  {
    it: "tells of it after 90 seconds if the parent is neither up nor down",
    tasks: PAIR,
    looks: [
      [10, { router: "failing", web: "down" }],
      [99, {}],
      [100, {}],
    ],
    events: [["web OK to CRITICAL (dependency)"], [], ["web released as CRITICAL"]],
  },
  {
    it: "tells of a child whose parent is fine, slow or silent",
    tasks: { ...PAIR, other: child(on("slow"), on("silent")), slow: {}, silent: {} },
    looks: [
      [10, { slow: "W", silent: "silent" }],
      [20, { web: "down", other: "down" }],
    ],
    events: [
      ["slow OK to WARNING", "silent OK to NO_DATA"],
      ["web OK to CRITICAL", "other OK to CRITICAL"],
    ],
  },
  {
    it: "leaves a child that users know of alone",
    tasks: PAIR,
    looks: [
      [10, { web: "down" }],
      [20, { router: "down" }],
      [30, { web: "up" }],
    ],
    events: [["web OK to CRITICAL"], ["router OK to CRITICAL"], ["web CRITICAL to OK"]],
  },
  {
    it: "holds through a chain, also if its middle is up",
    tasks: { a: {}, b: child(on("a")), c: child(on("b")) },
    looks: [[10, { a: "down", c: "down" }]],
    events: [["a OK to CRITICAL [c]", "c OK to CRITICAL (dependency)"]],
  },
  {
    it: "takes a target as down if more than half of its tasks are, and names children on each",
    tasks: {
      d1: { targetId: "db" },
      d2: { targetId: "db" },
      d3: { targetId: "db" },
      web: child(onTarget("db")),
      app: child(onTarget("db")),
    },
    looks: [
      [10, { d1: "down", web: "down" }],
      [20, { d2: "down", app: "down" }],
    ],
    events: [
      ["d1 OK to CRITICAL", "web OK to CRITICAL"],
      ["d2 OK to CRITICAL [app]", "app OK to CRITICAL (dependency)"],
    ],
  },
  {
    it: "doubts a target if those of its tasks that fail would make it down",
    tasks: { d1: { targetId: "db" }, d2: { targetId: "db" }, web: child(onTarget("db")) },
    looks: [
      [10, { d1: "down", d2: "failing", web: "down" }],
      [20, { d2: "up" }],
    ],
    events: [
      ["d1 OK to CRITICAL", "web OK to CRITICAL (dependency)"],
      ["web released as CRITICAL"],
    ],
  },
  {
    it: "holds nothing in a circle, and what depends on the circle by it",
    tasks: { a: child(on("b")), b: child(on("a")), c: child(on("a")) },
    looks: [[10, { a: "down", b: "down", c: "down" }]],
    events: [["a OK to CRITICAL [c]", "b OK to CRITICAL [c]", "c OK to CRITICAL (dependency)"]],
  },
  {
    it: "holds nothing in a circle through a target",
    tasks: {
      a: { targetId: "x", alert: { dependsOn: [on("b")] } },
      b: child(onTarget("x")),
    },
    looks: [[10, { a: "down", b: "down" }]],
    events: [["a OK to CRITICAL", "b OK to CRITICAL"]],
  },
  {
    it: "takes a parent that does not exist as fine",
    tasks: { web: child(on("gone"), onTarget("gone")) },
    looks: [[10, { web: "down" }]],
    events: [["web OK to CRITICAL"]],
  },
];

describe("dependencies", () => {
  for (const { it: name, tasks, looks, events } of CASES) {
    it(name, () => assert.deepEqual(eventsOf(tasks, looks), events));
  }

  it("release a child whose parent is no longer there", () => {
    const fleet = new TestFleet(PAIR);
    fleet.look(10, { router: "down", web: "down" });
    assert.deepEqual(fleet.look(20, {}, ["web"]), ["web released as CRITICAL"]);
  });

  it("of the fleet bind every task but the parent itself", () => {
    const fleet = new TestFleet(
      { gateway: {}, a: {}, b: {} },
      { fleet: { dependsOn: [on("gateway")] } },
    );
    assert.deepEqual(fleet.look(10, { b: "down", gateway: "down", a: "down" }), [
      "gateway OK to CRITICAL [a b]",
      "a OK to CRITICAL (dependency)",
      "b OK to CRITICAL (dependency)",
    ]);
  });
});
