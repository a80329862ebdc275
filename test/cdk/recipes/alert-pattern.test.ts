import assert from "node:assert/strict";
import { test } from "node:test";
import { Stack } from "aws-cdk-lib";
import { Rule } from "aws-cdk-lib/aws-events";
import { type ProbeAlertFilter, probeAlertPattern } from "../../../cdk/recipes/alert-pattern.ts";
import { parseEventPattern } from "../../../local/events/event-pattern.ts";
import { EVENT_NAMES, type EventName, goldenEvent } from "../golden-events.ts";
import { newApp, ofType } from "../synthesize.ts";

/** The pattern as CloudFormation gets it, compiled. */
function compile(filter?: ProbeAlertFilter): (event: object) => boolean {
  const app = newApp();
  new Rule(new Stack(app, "Stack"), "Rule", { eventPattern: probeAlertPattern(filter) });
  const [rule] = ofType(app.synth().getStackByName("Stack").template, "AWS::Events::Rule");
  assert.ok(rule);
  return parseEventPattern(rule.Properties.EventPattern);
}

// The golden change of state: db-primary of postgres, OK to CRITICAL, refused, team data.
const CHANGES = ["alert-state-change", "released"] as const;
const MATCHES: readonly (readonly [filter: ProbeAlertFilter, ...events: EventName[]])[] = [
  [{}, ...CHANGES, "storm"],
  [{ regionAdvisories: true }, ...CHANGES, "region-advisory", "storm"],
  [{ certificateChanges: true }, ...CHANGES, "certificate-changed", "storm"],
  [{ certificateChanges: true, taskNames: ["db-primary"] }, ...CHANGES, "certificate-changed"],
  [{ taskRejections: true }, ...CHANGES, "task-rejected", "storm"],
  [{ regionImpairments: true }, ...CHANGES, "region-impaired", "storm"],
  [{ fleetTroubles: true }, ...CHANGES, "region-missing", "storm"],
  [{ fleetTroubles: true, states: ["CRITICAL"] }, ...CHANGES, "storm"],
  [{ groupHealth: true }, ...CHANGES, "group-health", "storm"],
  [{ reminders: true }, ...CHANGES, "reminder", "storm"],
  [{ quietings: true }, ...CHANGES, "storm", "quieting"],
  [{ groupHealth: true, targetIds: ["postgres"] }, ...CHANGES, "group-health"],
  [
    { states: ["CRITICAL"], regionImpairments: true, groupHealth: true },
    ...[...CHANGES, "storm" as const],
  ],
  [{ states: ["CRITICAL"] }, ...CHANGES, "storm"],
  [{ states: ["CRITICAL"], reminders: true }, ...CHANGES, "reminder", "storm"],
  [{ states: ["OK"] }],
  [{ states: ["OK"], regionAdvisories: true }, "region-advisory"],
  [{ states: ["CRITICAL"], taskRejections: true }, ...CHANGES, "storm"],
  [{ previousStates: ["OK"] }, ...CHANGES],
  [{ previousStates: ["WARNING"] }],
  [{ errorKinds: ["refused", "reset"] }, ...CHANGES],
  [{ errorKinds: ["timeout"], regionAdvisories: true }, "region-advisory"],
  [{ taskNames: ["db-primary"] }, ...CHANGES],
  [{ taskNames: ["db"] }],
  [{ taskNamePrefixes: ["db"], taskRejections: true }, ...CHANGES, "task-rejected"],
  [{ taskNames: ["web"], taskNamePrefixes: ["db-"] }, ...CHANGES],
  [{ targetIds: ["postgres"] }, ...CHANGES],
  [{ targetIds: ["orders"], taskRejections: true }, "task-rejected"],
  [{ tags: { team: ["data", "web"] } }, ...CHANGES],
  [{ tags: { team: ["web"] } }],
  [{ tags: { owner: ["data"] } }],
  [{ states: [], taskNames: [], tags: {} }, ...CHANGES, "storm"],
];

for (const [filter, ...events] of MATCHES)
  test(`probeAlertPattern ${JSON.stringify(filter)} matches ${events.join(", ") || "nothing"}`, () => {
    const matches = compile(filter);
    assert.deepEqual(
      EVENT_NAMES.filter((name) => matches(goldenEvent(name))),
      events,
    );
  });

test("probeAlertPattern matches no event of another source", () => {
  const matches = compile({ regionAdvisories: true, taskRejections: true });
  const foreign = { ...goldenEvent("alert-state-change"), source: "someone" };
  assert.equal(matches(foreign), false);
});

const HELD: readonly (readonly [filter: ProbeAlertFilter, ...holds: string[]])[] = [
  [{}],
  [{ states: ["CRITICAL"] }],
  [{ targetIds: ["postgres"] }, "storm"],
  [{ taskNamePrefixes: ["db"], states: ["CRITICAL"] }, "storm"],
  [{ tags: { team: ["data"] } }, "storm"],
];

for (const [filter, ...holds] of HELD)
  test(`probeAlertPattern ${JSON.stringify(filter)} matches what is held by ${holds.join(", ") || "nothing"}`, () => {
    const matches = compile(filter);
    const all = ["maintenance", "silence", "dependency", "storm", "acknowledge"];
    assert.deepEqual(
      all.filter((hold) => matches(goldenEvent("alert-state-change", { suppressed_by: hold }))),
      holds,
    );
  });

test("probeAlertPattern has a warning that became critical with the critical states", () => {
  const warning = { state: "WARNING", previous_state: "WARNING", severity: "critical" };
  const escalated = goldenEvent("alert-state-change", { ...warning, notice: "escalated" });
  const plain = goldenEvent("alert-state-change", warning);
  const matched = (filter: ProbeAlertFilter) => [escalated, plain].map(compile(filter));
  assert.deepEqual(matched({ states: ["CRITICAL", "OK"] }), [true, false]);
  assert.deepEqual(matched({ states: ["CRITICAL", "WARNING"] }), [true, true]);
  assert.deepEqual(matched({ states: ["OK"] }), [false, false]);
});
