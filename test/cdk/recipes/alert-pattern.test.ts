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
const MATCHES: readonly (readonly [filter: ProbeAlertFilter, ...events: EventName[]])[] = [
  [{}, "alert-state-change"],
  [{ regionAdvisories: true }, "alert-state-change", "region-advisory"],
  [{ taskRejections: true }, "alert-state-change", "task-rejected"],
  [{ regionImpairments: true }, "alert-state-change", "region-impaired"],
  [{ groupHealth: true }, "alert-state-change", "group-health"],
  [{ groupHealth: true, targetIds: ["postgres"] }, "alert-state-change", "group-health"],
  [{ states: ["CRITICAL"], regionImpairments: true, groupHealth: true }, "alert-state-change"],
  [{ states: ["CRITICAL"] }, "alert-state-change"],
  [{ states: ["OK"] }],
  [{ states: ["OK"], regionAdvisories: true }, "region-advisory"],
  [{ states: ["CRITICAL"], taskRejections: true }, "alert-state-change"],
  [{ previousStates: ["OK"] }, "alert-state-change"],
  [{ previousStates: ["WARNING"] }],
  [{ errorKinds: ["refused", "reset"] }, "alert-state-change"],
  [{ errorKinds: ["timeout"], regionAdvisories: true }, "region-advisory"],
  [{ taskNames: ["db-primary"] }, "alert-state-change"],
  [{ taskNames: ["db"] }],
  [{ taskNamePrefixes: ["db"], taskRejections: true }, "alert-state-change", "task-rejected"],
  [{ taskNames: ["web"], taskNamePrefixes: ["db-"] }, "alert-state-change"],
  [{ targetIds: ["postgres"] }, "alert-state-change"],
  [{ targetIds: ["orders"], taskRejections: true }, "task-rejected"],
  [{ tags: { team: ["data", "web"] } }, "alert-state-change"],
  [{ tags: { team: ["web"] } }],
  [{ tags: { owner: ["data"] } }],
  [{ states: [], taskNames: [], tags: {} }, "alert-state-change"],
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
