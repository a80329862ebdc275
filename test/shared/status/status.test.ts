import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import {
  nextPlanStatus,
  nextTaskStatus,
  PLAN_STATUS_NAME,
  type Rejection,
  type TaskStatusItem,
} from "../../../shared/status/status.ts";
import { readEventSchemas } from "../event/event-schemas.ts";

const NOW = Date.UTC(2026, 0, 5, 12);
const BEFORE = NOW - 60_000;
const moment = { fleet: { name: "prod", home: "eu-west-1" }, nowMs: NOW };

const rejection: Rejection = {
  taskName: "web",
  reason: "invalid",
  targetId: "shop",
  problems: ["host is required", "regions is empty"],
  regions: ["eu-west-1", "us-east-1"],
  runningLastGood: true,
};
const other: Rejection = { ...rejection, problems: ["host is required"] };

const earlier: OutgoingEvent = {
  id: "earlier",
  detailType: "TCP Probe Task Rejected",
  time: BEFORE,
  resources: [],
  detail: {},
};

function held(different: Partial<TaskStatusItem> = {}): TaskStatusItem {
  return {
    name: "web",
    status: "rejected",
    problems: rejection.problems,
    regions: rejection.regions,
    runningLastGood: true,
    sinceMs: BEFORE,
    pending: [],
    ...different,
  };
}

const ok = { status: "ok", problems: [], regions: [], runningLastGood: false } as const;
const HELD = {
  nothing: null,
  rejected: held(),
  "rejected and pending": held({ pending: [earlier] }),
  "ok and pending": held({ ...ok, pending: [earlier] }),
};

/** What follows from each held status and each rejection: since when, and how many events pend. */
const NEXT = [
  { from: "nothing", by: null, to: null },
  { from: "nothing", by: rejection, to: ["rejected", NOW, 1] },
  { from: "rejected", by: null, to: null },
  { from: "rejected", by: rejection, to: ["rejected", BEFORE, 0] },
  { from: "rejected", by: other, to: ["rejected", NOW, 1] },
  { from: "rejected and pending", by: null, to: ["ok", NOW, 1] },
  { from: "rejected and pending", by: rejection, to: ["rejected", BEFORE, 1] },
  { from: "rejected and pending", by: other, to: ["rejected", NOW, 2] },
  { from: "ok and pending", by: null, to: ["ok", BEFORE, 1] },
  { from: "ok and pending", by: rejection, to: ["rejected", NOW, 2] },
] as const;

describe("nextTaskStatus", () => {
  for (const { from, by, to } of NEXT) {
    const cause = by === null ? "no rejection" : `"${by.problems.join('", "')}"`;
    it(`after ${from} and ${cause} is ${to?.join(" ") ?? "nothing"}`, () => {
      const next = nextTaskStatus(HELD[from], by, moment);
      const shown = next === null ? null : [next.status, next.sinceMs, next.pending.length];
      assert.deepEqual(shown, to);
      const problems = by?.problems ?? [];
      if (next !== null) assert.deepEqual(next.problems, problems);
      if (next !== null) assert.equal(next.runningLastGood, by !== null);
    });
  }

  it("keeps earlier events first, and shows the new rejection even if its reasons are the same", () => {
    const next = nextTaskStatus(HELD["rejected and pending"], other, moment);
    assert.equal(next?.pending[0], earlier);
    const narrower = { ...rejection, regions: ["us-east-1"], runningLastGood: false };
    const same = nextTaskStatus(HELD.rejected, narrower, moment);
    assert.deepEqual(same, held({ regions: ["us-east-1"], runningLastGood: false }));
  });

  it("gives each rejection an id of its own by fleet, task, reasons and instant", () => {
    const idOf = (by: Rejection, at = moment) => nextTaskStatus(null, by, at)?.pending[0]?.id;
    const ids = [
      idOf(rejection),
      idOf(other),
      idOf({ ...rejection, taskName: "db" }),
      idOf(rejection, { ...moment, nowMs: NOW + 1 }),
      idOf(rejection, { ...moment, fleet: { ...moment.fleet, name: "test" } }),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(idOf(rejection), idOf({ ...rejection, reason: "unsupported" }));
  });
});

describe("nextPlanStatus", () => {
  for (const status of ["refused", "warning"] as const) {
    for (const before of [null, "refused", "warning"] as const) {
      const sinceMs = before === status ? BEFORE : NOW;
      it(`after ${before ?? "nothing"} is ${status} since ${sinceMs - NOW} ms`, () => {
        const was = before === null ? null : held({ name: PLAN_STATUS_NAME, status: before });
        const problems = ["The plan would drop more than half of the running tasks"];
        const { pending, ...next } = nextPlanStatus(was, { status, problems }, moment) ?? {};
        assert.deepEqual(next, {
          name: PLAN_STATUS_NAME,
          status,
          problems,
          regions: [],
          runningLastGood: status === "refused",
          sinceMs,
        });
        const turned = (status === "refused") !== (before === "refused");
        const phase = status === "refused" ? "raised" : "cleared";
        assert.deepEqual(
          pending?.map(({ detail }) => [
            Reflect.get(detail, "trouble"),
            Reflect.get(detail, "state"),
          ]),
          turned ? [["plan_refused", phase]] : [],
        );
      });
    }

    it(`is nothing without a problem, after ${status} too`, () => {
      const finding = { status, problems: [] };
      assert.equal(nextPlanStatus(null, finding, moment), null);
      const next = nextPlanStatus(held({ status }), finding, moment);
      if (status === "warning") assert.equal(next, null);
      else assert.deepEqual([next?.status, next?.pending.length], ["ok", 1]);
    });
  }

  it("tells with one id that it began and with another that it is over, each as its schema has it", () => {
    const refused = { status: "refused", problems: ["No"] } as const;
    const [raised] = nextPlanStatus(null, refused, moment)?.pending ?? [];
    const was = held({ status: "refused" });
    const [cleared] =
      nextPlanStatus(was, { status: "warning", problems: [] }, moment)?.pending ?? [];
    assert.notEqual(raised?.id, cleared?.id);
    for (const event of [raised, cleared]) {
      const validate = readEventSchemas().get(event?.detailType ?? "");
      assert.ok(validate?.(event?.detail), JSON.stringify(validate?.errors));
    }
  });
});
