import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { eventsOf, type OutgoingEvent } from "../../../shared/event/event.ts";
import {
  closeState,
  INITIAL_STATE,
  type Judgement,
  judgeWindow,
  retainRegions,
  type Transition,
} from "../../../shared/health/health.ts";
import type { AlertOverrides } from "../../../shared/health/rules/rules.ts";
import { figuresOf } from "../../../shared/summary/summary.ts";
import { DAY_MS } from "../../../shared/units.ts";
import { anyStory } from "../health/arbitrary-stories.ts";
import { certificate, tlsWindow } from "../health/certificates.ts";
import { DEFAULTS, NOON, policyWith, type ShortWindow, tell, windowAt } from "../health/windows.ts";
import { readEventSchemas } from "./event-schemas.ts";

const schemas = readEventSchemas();

const task = {
  name: "db-primary",
  host: "db.example.com:5432",
  targetId: "postgres",
  tags: { team: "data" },
};

function emit(judgement: Judgement, minute = 0): OutgoingEvent[] {
  const window = windowAt(minute, {});
  return eventsOf(judgement, { fleet: "prod", home: "eu-west-1", task, window });
}

/** The events of the last of some windows. */
function lastEvents(...shorts: readonly ShortWindow[]): OutgoingEvent[] {
  return lastEventsBy({}, shorts);
}

function lastEventsBy(alert: AlertOverrides, shorts: readonly ShortWindow[]): OutgoingEvent[] {
  const { states, transitions } = tell(shorts, { alert });
  const last = { state: states.at(-1) ?? INITIAL_STATE, transitions: transitions.at(-1) ?? [] };
  return emit(last, shorts.length - 1);
}

function assertValid(event: OutgoingEvent): void {
  const validate = schemas.get(event.detailType);
  assert.ok(validate !== undefined, `no schema of ${event.detailType}`);
  assert.ok(validate(event.detail), JSON.stringify(validate.errors));
}

function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../golden/events/${name}`, import.meta.url), "utf8"));
}

const INITIAL_STATE_OF_CHANGE = { ...INITIAL_STATE, sequence: 1 };

const NOTHING_NOTED = {
  ...{ tlsTimeMs: null, dialogueTimeMs: null, isRetried: false },
  ...{ sentBytes: 0, receivedBytes: 0, sentMessages: 0, receivedMessages: 0 },
};

const CHANGED: Transition = {
  kind: "certificate",
  region: "eu-west-1",
  atMs: NOON + 15_000,
  before: {
    ...{ id: "0123456789abcdef", fromMs: NOON - 80 * DAY_MS, untilMs: NOON + 10 * DAY_MS },
    ...{ firstAtMs: NOON - 79 * DAY_MS, lastAtMs: NOON - DAY_MS },
  },
  after: { id: "fedcba9876543210", fromMs: NOON - DAY_MS / 2, untilMs: NOON + 90 * DAY_MS },
  facts: {
    protocol: "TLSv1.3",
    cipher: "TLS_AES_128_GCM_SHA256",
    alpn: null,
    chain: [
      {
        ...{ subject: "CN=db.example.com", issuer: "CN=Example CA <b>" },
        ...{ names: ["db.example.com", "db2.example.com"], nameCount: 2, serial: "04D2" },
        fingerprint: "ab".repeat(32),
        ...{ fromMs: NOON - DAY_MS / 2, untilMs: NOON + 90 * DAY_MS, keyType: "EC", keyBits: 256 },
      },
    ],
    fault: null,
  },
};

const up = "pppp@10";

/** So many windows that are alike. */
function minutes(count: number, short: ShortWindow): ShortWindow[] {
  return Array.from({ length: count }, () => short);
}

describe("eventsOf", () => {
  it("writes a state change as the golden one", () => {
    const events = lastEvents({
      "eu-west-1": "ffff",
      "us-east-1": "ffft",
      "ap-south-1": "pppp@87.5",
    });
    assert.deepEqual(JSON.parse(JSON.stringify(events)), [golden("alert-state-change.json")]);
  });

  it("writes a region advisory as the golden one", () => {
    const window = { "eu-west-1": "tttt", "us-east-1": up, "ap-south-1": up };
    const events = lastEvents(window, window);
    assert.deepEqual(JSON.parse(JSON.stringify(events)), [golden("region-advisory.json")]);
  });

  it("writes a changed certificate as the golden one, and as far as it is known without its facts", () => {
    const [event, ...others] = emit({ state: INITIAL_STATE_OF_CHANGE, transitions: [CHANGED] });
    assert.ok(event);
    assert.deepEqual(others, []);
    assert.deepEqual(JSON.parse(JSON.stringify(event)), golden("certificate-changed.json"));
    assertValid(event);
    const [unknown] = emit({
      state: INITIAL_STATE_OF_CHANGE,
      transitions: [{ ...CHANGED, facts: null }],
    });
    assert.ok(unknown);
    assertValid(unknown);
    assert.equal(unknown.id, event.id);
    assert.match(
      String(Reflect.get(unknown.detail, "summary")),
      /shows another one, valid until 2026-04-05, seen from eu-west-1$/,
    );
    const [later] = emit({
      state: INITIAL_STATE_OF_CHANGE,
      transitions: [{ ...CHANGED, atMs: CHANGED.atMs + 60_000 }],
    });
    assert.notEqual(later?.id, event.id);
  });

  it("says in which phase checks failed, of those that got beyond a handshake", () => {
    const plain = windowAt(0, { a: "ffffff", b: "ffffff" });
    const regions = Object.entries(plain.regions).map(([name, own]) => {
      const checks = own.checks.map((check) => ({
        ...check,
        errorKind: "no_answer" as const,
        deep: { ...NOTHING_NOTED, failedPhase: "greeting" as const },
      }));
      return [name, { ...own, checks, figures: figuresOf({ expectedCount: 6 }, checks) }];
    });
    const window = { ...plain, regions: Object.fromEntries(regions) };
    const [event] = emit(judgeWindow(INITIAL_STATE, window, DEFAULTS));
    assert.ok(event);
    assertValid(event);
    assert.partialDeepStrictEqual(event.detail, {
      error_kind: "no_answer",
      failed_phase: "greeting",
      votes: [{ failures_by_phase: { greeting: 6 } }],
      samples: [{ error_kind: "no_answer", failed_phase: "greeting" }],
    });
    assert.match(
      String(Reflect.get(event.detail, "summary")),
      / gave no answer in the greeting from 2 of 2 regions/,
    );
  });

  it("says of every change of state of a task with certificates when the first of them ends", () => {
    const window = tlsWindow(0, { a: [certificate("a", 6.5)] });
    const [event] = emit(judgeWindow(INITIAL_STATE, window, DEFAULTS));
    assert.ok(event);
    assertValid(event);
    assert.partialDeepStrictEqual(event.detail, {
      reason: "certificate_expires",
      state: "CRITICAL",
      error_kind: null,
      certificate_expires_at: "2026-01-12T00:00:00.000Z",
      certificate_days_left: 6,
      summary:
        "CRITICAL: db-primary (db.example.com:5432) certificate expires in 6 days (2026-01-12), seen from 1 of 1 region",
      votes: [{ rule: "certificate_expires", value: 6.499, limit: 7 }],
    });
  });

  const slow = "pppp@312";
  const alone = { a: "ffff", b: up };
  const partly = { a: "pfpf@10", b: up, c: up };
  const sentences: readonly (readonly [string, readonly ShortWindow[], AlertOverrides?])[] = [
    [
      "CRITICAL: db-primary (db.example.com:5432) refused from 2 of 3 regions since 12:00:00 UTC, 4 checks in a row each; last success 12:00:30 UTC from c",
      [{ a: "ffff", b: "ffff", c: "pppm@10" }],
    ],
    [
      "CRITICAL: db-primary (db.example.com:5432) timed out from 1 of 1 region since 12:00:00 UTC, 5 checks in a row",
      [{ a: "tttt" }, { a: "tttt" }],
    ],
    [
      "WARNING: db-primary (db.example.com:5432) refused from 1 of 3 regions",
      minutes(6, partly),
      { quorum: 1 },
    ],
    [
      "WARNING: db-primary (db.example.com:5432) degraded: refused now and then from 1 of 1 region",
      minutes(7, { a: "ppfp@10" }),
    ],
    [
      "WARNING: db-primary (db.example.com:5432) slow (312 ms in a, limit 100 ms) from 1 of 2 regions",
      minutes(15, { a: slow, b: "pppp@400" }),
    ],
    [
      "NO_DATA: db-primary (db.example.com:5432) reported by no region",
      [{ a: "mmmm" }, { a: "mmmm" }],
    ],
    [
      "OK: db-primary (db.example.com:5432) fine in 2 of 3 regions, after 30 s",
      [
        { a: "ffff", b: "ffff", c: "ffff" },
        { a: up, b: up, c: up },
      ],
    ],
    ["ADVISORY: db-primary (db.example.com:5432) refused from a", [alone, alone]],
    ["OK: db-primary (db.example.com:5432) recovered from a", [alone, alone, { a: up, b: up }]],
  ];
  for (const [sentence, shorts, alert = {}] of sentences) {
    it(`says "${sentence}"`, () => {
      const events = lastEventsBy(alert, shorts);
      assert.deepEqual(
        events.map(({ detail }) => field(detail, "summary")),
        [sentence],
      );
      for (const event of events) assertValid(event);
    });
  }

  it("says that a removed task is no longer monitored, and resolves what is open", () => {
    const { state } = tell([alone, alone, { a: "ffff", b: "ffff" }]);
    const events = emit(closeState(state, NOON + 240_000), 4);
    assert.deepEqual(
      events.map(({ detail }) => [
        field(detail, "reason"),
        actionOf(detail),
        field(detail, "sequence"),
      ]),
      [
        ["task_removed", "resolve", 3],
        ["task_removed", "resolve", 4],
      ],
    );
    for (const event of events) assertValid(event);
  });

  it("says that a region is no longer planned", () => {
    const { state } = tell([alone, alone]);
    const [event] = emit(retainRegions(state, ["b"]), 2);
    assert.ok(event !== undefined);
    assertValid(event);
    const sentence = "OK: db-primary (db.example.com:5432) is no longer monitored from a";
    assert.equal(field(event.detail, "summary"), sentence);
  });

  it("keeps one dedup key for a task, and one for each of its regions", () => {
    const keyOf = (event: OutgoingEvent | undefined) => field(pagerOf(event?.detail), "dedup_key");
    const [raised] = lastEvents({ a: "ffff", b: "ffff" });
    const [cleared] = lastEvents({ a: "ffff", b: "ffff" }, { a: up, b: up });
    const [ofA] = lastEvents(alone, alone);
    const [ofB] = lastEvents({ a: up, b: "ffff" }, { a: up, b: "ffff" });
    assert.equal(keyOf(raised), keyOf(cleared));
    assert.equal(new Set([raised, ofA, ofB].map(keyOf)).size, 3);
  });

  it("gives every event of any story a detail that its schema allows", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyStory(), (story) => {
        let state = INITIAL_STATE;
        for (const [minute, short] of story.shorts.entries()) {
          const window = windowAt(minute, short, story.scheduleMs);
          const judgement = judgeWindow(state, window, policyWith(story.alert));
          state = judgement.state;
          for (const event of emit(judgement, minute)) {
            assertValid(event);
            assert.equal(event.id, field(event.detail, "id"));
            assert.ok(event.time >= window.periodStartMs && event.time <= window.periodEndMs);
            seen.add(event.detailType);
          }
        }
      }),
    );
    assert.equal(seen.size, 2);
  });

  it("stays far below the 256 KB of an entry with 200 regions and the longest names", () => {
    const regions = Array.from({ length: 200 }, (_, i) => [
      `region-${"x".repeat(40)}-${i}`,
      "ftuftm",
    ]);
    const window = windowAt(0, { ...Object.fromEntries(regions), aaa: up });
    const judgement = judgeWindow(INITIAL_STATE, window, DEFAULTS);
    const long = { ...task, name: "é".repeat(200), host: `${"h".repeat(253)}:65535` };
    const [event] = eventsOf(judgement, { fleet: "prod", home: "eu-west-1", task: long, window });
    assert.ok(event !== undefined);
    assertValid(event);
    assert.ok(JSON.stringify(event.detail).length < 32_000);
    const { detail } = event;
    assert.equal(field(detail, "regions_reporting"), 201);
    // The first check that makes it a majority opens it.
    assert.equal(field(detail, "regions_breaching"), 101);
    assert.equal((field(detail, "votes") as unknown[]).length, 40);
    assert.equal((field(detail, "samples") as unknown[]).length, 6);
  });
});

function field(detail: object, name: string): unknown {
  return Object.entries(detail).find(([key]) => key === name)?.[1];
}

function pagerOf(detail: object | undefined): object {
  return Object(field(detail ?? {}, "pagerduty"));
}

function actionOf(detail: object): unknown {
  return field(pagerOf(detail), "event_action");
}

describe("eventsOf a window that comes again", () => {
  const idsOf = (judgement: Judgement, pass: object) => {
    const context = { fleet: "prod", home: "eu-west-1", task, window: windowAt(1, {}) };
    return eventsOf(judgement, { ...context, ...pass }).map(({ id }) => id);
  };

  it("gives the advisories of each pass ids of their own, and the first those that they always had", () => {
    const { states, transitions } = tell([
      { eu: "ffff", us: up },
      { eu: "ffff", us: up },
    ]);
    const judgement = { state: states[1] ?? INITIAL_STATE, transitions: transitions[1] ?? [] };
    assert.deepEqual(idsOf(judgement, {}), idsOf(judgement, { pass: 0 }));
    const ids = [0, 1, 2].flatMap((pass) => idsOf(judgement, { pass }));
    assert.equal(ids.length, 3);
    assert.equal(new Set(ids).size, 3);
  });

  it("gives a change of an incident its id in each pass: its number says which one it is", () => {
    const { states, transitions } = tell([{ eu: "ffff", us: "ffff" }]);
    const judgement = { state: states[0] ?? INITIAL_STATE, transitions: transitions[0] ?? [] };
    const [change] = judgement.transitions;
    assert.ok(change?.kind === "state");
    const ids = [0, 1, 2].flatMap((pass) => idsOf(judgement, { pass }));
    assert.equal(new Set(ids).size, 1);
    const second = { ...judgement, transitions: [{ ...change, number: 2 }] };
    assert.notDeepEqual(idsOf(second, {}), idsOf(judgement, {}));
  });
});
