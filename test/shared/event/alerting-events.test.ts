import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { QuietingNotice, StormNotice, TaskNotice } from "../../../shared/alerting/alerting.ts";
import {
  cutEvent,
  eventsOf,
  type OutgoingEvent,
  quietingEvent,
  stormEvent,
} from "../../../shared/event/event.ts";
import { INITIAL_STATE } from "../../../shared/health/health.ts";
import { MINUTE_MS } from "../../../shared/units.ts";
import { at, judge } from "../alerting/looks.ts";
import { NOON, windowAt } from "../health/windows.ts";
import { readEventSchemas } from "./event-schemas.ts";

const sender = { fleet: "prod", home: "eu-west-1" };
const task = {
  name: "db-primary",
  host: "db.example.com:5432",
  targetId: "postgres",
  tags: { team: "data" },
};
const context = { ...sender, task, window: windowAt(59, {}) };

const RELEASED: TaskNotice = {
  kind: "released",
  track: "incident",
  number: 7,
  openedAtMs: NOON + 195_000,
  atMs: NOON + 60 * MINUTE_MS,
  from: "OK",
  to: "CRITICAL",
  rule: "down",
  errorKind: "refused",
  held: { told: "OK", by: "maintenance", sinceMs: NOON + 195_000, errorKind: "refused" },
  count: 0,
  isEscalated: false,
  suppressedBy: null,
  heldTasks: [],
};

const REMINDER: TaskNotice = {
  ...RELEASED,
  kind: "reminder",
  from: "CRITICAL",
  errorKind: null,
  held: null,
  count: 2,
};

const ESCALATED: TaskNotice = {
  ...RELEASED,
  kind: "escalated",
  track: "warning",
  from: "WARNING",
  to: "WARNING",
  rule: "avg_connect_time_ms",
  errorKind: null,
  held: null,
  isEscalated: true,
};

const STORM: StormNotice = {
  kind: "storm",
  phase: "opened",
  number: 3,
  track: "incident",
  openedAtMs: NOON,
  atMs: NOON,
  taskCount: 12,
  taskNames: ["api", "db-primary", "web", "worker"],
};

const SILENCE: QuietingNotice = {
  kind: "quieting",
  atMs: NOON + MINUTE_MS,
  quieting: {
    id: "s-1",
    kind: "silence",
    scope: { kind: "target", id: "postgres" },
    by: "ann",
    reason: "moving the racks",
    createdAtMs: NOON,
    fromMs: NOON,
    untilMs: NOON + 60 * MINUTE_MS,
  },
};

function noticeEvent(notice: TaskNotice): OutgoingEvent {
  const state = { ...INITIAL_STATE, status: notice.to, sequence: 5 };
  const [event] = eventsOf({ state, transitions: [], notices: [notice] }, context);
  return event ?? assert.fail("no event");
}

function fieldsOf({ detail }: OutgoingEvent) {
  return JSON.parse(JSON.stringify(detail));
}

function assertAllowed(event: OutgoingEvent): void {
  const validate = readEventSchemas().get(event.detailType);
  assert.ok(validate?.(fieldsOf(event)), JSON.stringify(validate?.errors));
}

function assertGolden(event: OutgoingEvent, name: string): void {
  const golden = new URL(`../../golden/events/${name}.json`, import.meta.url);
  assert.deepEqual(JSON.parse(JSON.stringify(event)), JSON.parse(readFileSync(golden, "utf8")));
  assertAllowed(event);
}

describe("the event of a notice", () => {
  it("writes a release as the golden one", () => {
    assertGolden(noticeEvent(RELEASED), "released");
  });

  it("writes a reminder as the golden one", () => {
    assertGolden(noticeEvent(REMINDER), "reminder");
  });

  it("tells an escalation as a change of state that is critical, for PagerDuty too", () => {
    const event = noticeEvent(ESCALATED);
    assertAllowed(event);
    const { state, previous_state, severity, notice, pagerduty } = fieldsOf(event);
    assert.deepEqual(
      [event.detailType, state, previous_state, severity, notice, pagerduty.payload.severity],
      ["TCP Probe Alert State Change", "WARNING", "WARNING", "critical", "escalated", "critical"],
    );
  });

  it("has an id of its own for each release, reminder and escalation, whenever it is told", () => {
    const held = { told: "OK", by: "silence", sinceMs: NOON, errorKind: null } as const;
    const notices = [
      RELEASED,
      { ...RELEASED, held },
      REMINDER,
      { ...REMINDER, count: 3 },
      { ...REMINDER, number: 8 },
      ESCALATED,
    ];
    assert.equal(new Set(notices.map((notice) => noticeEvent(notice).id)).size, notices.length);
    for (const notice of notices) {
      const later = { ...notice, atMs: notice.atMs + 5 };
      assert.equal(noticeEvent(later).id, noticeEvent(notice).id);
    }
  });

  const SENTENCES: readonly (readonly [TaskNotice, string])[] = [
    [
      RELEASED,
      "CRITICAL: db-primary (db.example.com:5432) refused since 12:03:15 UTC; held by a maintenance until now",
    ],
    [
      {
        ...RELEASED,
        errorKind: null,
        held: { told: "OK", by: "dependency", sinceMs: NOON, errorKind: null },
      },
      "CRITICAL: db-primary (db.example.com:5432) down since 12:03:15 UTC; held while what it depends on was down until now",
    ],
    [
      { ...RELEASED, track: "silence", to: "NO_DATA", rule: "no_data", errorKind: null },
      "NO_DATA: db-primary (db.example.com:5432) reported by no region since 12:03:15 UTC; held by a maintenance until now",
    ],
    [
      { ...RELEASED, track: "warning", to: "WARNING", rule: "failure_percent" },
      "WARNING: db-primary (db.example.com:5432) refused since 12:03:15 UTC; held by a maintenance until now",
    ],
    [ESCALATED, "ESCALATED: db-primary (db.example.com:5432) slow for 56 min 45 s"],
    [REMINDER, "REMINDER: db-primary (db.example.com:5432) is still CRITICAL for 56 min 45 s"],
  ];
  for (const [notice, sentence] of SENTENCES) {
    it(`says: ${sentence}`, () => {
      const event = noticeEvent(notice);
      assert.equal(fieldsOf(event).summary, sentence);
      assertAllowed(event);
    });
  }

  it("comes after the transitions in sequence", () => {
    const { state, transitions } = judge({ ...INITIAL_STATE, sequence: 8 }, "down", at(5));
    const told = { state: { ...state, sequence: state.sequence + 2 }, transitions };
    const events = eventsOf({ ...told, notices: [RELEASED, REMINDER] }, context);
    assert.deepEqual(
      events.map((event) => fieldsOf(event).sequence),
      [9, 10, 11],
    );
  });
});

describe("the marks of an event", () => {
  const judged = judge(INITIAL_STATE, "down", at(5));

  function marked(marks: object): OutgoingEvent {
    const transitions = judged.transitions.map((each) => ({ ...each, ...marks }));
    const [event] = eventsOf({ ...judged, transitions }, context);
    return event ?? assert.fail("no event");
  }

  it("are absent where there is nothing to say, so that a pattern on their absence matches", () => {
    const plain = fieldsOf(marked({ suppressedBy: null, heldTasks: [] }));
    assert.deepEqual(plain, fieldsOf(marked({})));
    for (const field of ["suppressed_by", "held_count", "held_tasks", "notice", "held_by"]) {
      assert.equal(field in plain, false, field);
    }
  });

  it("say why users are not told", () => {
    for (const hold of ["maintenance", "silence", "dependency", "storm", "acknowledge"]) {
      const event = marked({ suppressedBy: hold });
      assert.equal(fieldsOf(event).suppressed_by, hold);
      assertAllowed(event);
    }
  });

  it("count all tasks that are held because of one, and name twenty", () => {
    const heldTasks = Array.from({ length: 30 }, (_, i) => `web-${i}`);
    const event = marked({ heldTasks });
    const { held_count, held_tasks } = fieldsOf(event);
    assert.deepEqual([held_count, held_tasks], [30, heldTasks.slice(0, 20)]);
    assertAllowed(event);
    assertAllowed(cutEvent(event));
    assert.equal(fieldsOf(cutEvent(event)).held_tasks.length, 3);
  });
});

describe("stormEvent", () => {
  it("writes the golden event", () => {
    assertGolden(stormEvent(STORM, sender), "storm");
  });

  const CASES: readonly (readonly [Partial<StormNotice>, string, string])[] = [
    [
      {},
      "critical",
      "STORM: 12 tasks are CRITICAL since 12:00:00 UTC: api, db-primary, web, and 9 more",
    ],
    [
      { track: "silence" },
      "no_data",
      "STORM: 12 tasks are NO_DATA since 12:00:00 UTC: api, db-primary, web, and 9 more",
    ],
    [
      { track: "warning", taskNames: ["a", "b"], taskCount: 2 },
      "warning",
      "STORM: 2 tasks are WARNING since 12:00:00 UTC: a, b",
    ],
    [
      { phase: "closed", taskNames: [], taskCount: 0 },
      "ok",
      "OK: the storm since 12:00:00 UTC is over",
    ],
    [
      { phase: "closed", taskNames: ["a", "b"], taskCount: 2 },
      "ok",
      "OK: the storm since 12:00:00 UTC is over; 2 still CRITICAL: a, b",
    ],
  ];
  for (const [change, severity, sentence] of CASES) {
    it(`says: ${sentence}`, () => {
      const event = stormEvent({ ...STORM, ...change }, sender);
      const { summary, ...fields } = fieldsOf(event);
      assert.equal(summary, sentence);
      assert.equal(fields.severity, severity);
      assert.equal(
        fields.pagerduty.event_action,
        change.phase === "closed" ? "resolve" : "trigger",
      );
      assertAllowed(event);
    });
  }

  it("has an id and a dedup key of its storm's number", () => {
    const opened = stormEvent(STORM, sender);
    const closed = stormEvent({ ...STORM, phase: "closed" }, sender);
    const next = stormEvent({ ...STORM, number: 4 }, sender);
    assert.equal(new Set([opened.id, closed.id, next.id]).size, 3);
    assert.equal(stormEvent({ ...STORM, atMs: NOON + 9, taskCount: 40 }, sender).id, opened.id);
    const keyOf = (event: OutgoingEvent) => fieldsOf(event).pagerduty.dedup_key;
    assert.equal(keyOf(opened), keyOf(closed));
    assert.notEqual(keyOf(opened), keyOf(next));
  });
});

describe("quietingEvent", () => {
  it("writes the golden event", () => {
    assertGolden(quietingEvent(SILENCE, sender), "quieting");
  });

  const CASES = [
    [
      { scope: { kind: "task", name: "db" }, untilMs: null, kind: "acknowledge" },
      "ACKNOWLEDGED: task db by ann: moving the racks",
    ],
    [{}, "SILENCED: target postgres by ann until 2026-01-05T13:00:00Z: moving the racks"],
    [
      { scope: { kind: "fleet" }, reason: "a\nb" },
      "SILENCED: the fleet by ann until 2026-01-05T13:00:00Z: a\\u000ab",
    ],
  ] as const;
  for (const [change, sentence] of CASES) {
    it(`says: ${sentence}`, () => {
      const quieting = { ...SILENCE.quieting, ...change };
      const event = quietingEvent({ ...SILENCE, quieting }, sender);
      assert.equal(fieldsOf(event).summary, sentence);
      assertAllowed(event);
    });
  }
});
