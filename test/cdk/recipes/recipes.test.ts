import assert from "node:assert/strict";
import { test } from "node:test";
import { SecretValue, Stack } from "aws-cdk-lib";
import { EventBus, type IEventBus } from "aws-cdk-lib/aws-events";
import { Topic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { AlertsToPagerDuty } from "../../../cdk/recipes/alerts-to-pagerduty.ts";
import { AlertsToQueue } from "../../../cdk/recipes/alerts-to-queue.ts";
import { AlertsToSlack } from "../../../cdk/recipes/alerts-to-slack.ts";
import { AlertsToTopic } from "../../../cdk/recipes/alerts-to-topic.ts";
import { parseEventPattern } from "../../../local/events/event-pattern.ts";
import { EVENT_NAMES, type EventName, goldenEvent } from "../golden-events.ts";
import { EVERYTHING_ON, newApp, ofType, synthesize, type Template } from "../synthesize.ts";
import { type InputTransformer, transformInput } from "../transform-input.ts";

interface Target {
  readonly InputTransformer: InputTransformer;
  readonly DeadLetterConfig?: object;
}

interface RuleProperties {
  readonly EventPattern: object;
  readonly EventBusName: unknown;
  readonly Targets: readonly Target[];
}

/** The summary of the golden event of a task that is down. */
const DOWN_SENTENCE =
  "CRITICAL: db-primary (db.example.com:5432) refused from 2 of 3 regions since 12:00:00 UTC, 4 checks in a row each; last success 12:00:45 UTC from ap-south-1";

/** A recipe's template, as a stack beside the fleet has it. */
function templateOf(recipe: (scope: Construct, bus: IEventBus) => unknown): Template {
  const app = newApp();
  const stack = new Stack(app, "Subscribers");
  recipe(stack, EventBus.fromEventBusName(stack, "Bus", "synfleet"));
  return app.synth().getStackByName("Subscribers").template;
}

function rulesOf(template: Template): RuleProperties[] {
  const rules = ofType(template, "AWS::Events::Rule");
  return rules.map(({ Properties }) => Properties as unknown as RuleProperties);
}

function onlyRule(template: Template): RuleProperties {
  const [rule, ...others] = rulesOf(template);
  assert.ok(rule !== undefined && others.length === 0);
  return rule;
}

function matched({ EventPattern }: RuleProperties): EventName[] {
  const matches = parseEventPattern(EventPattern);
  return EVENT_NAMES.filter((name) => matches(goldenEvent(name)));
}

function sent({ Targets }: RuleProperties, name: EventName): unknown {
  const [target] = Targets;
  assert.ok(target);
  return transformInput(target.InputTransformer, goldenEvent(name));
}

test("AlertsToTopic sends a critical task's summary to the topic", () => {
  const template = templateOf(
    (scope, bus) => new AlertsToTopic(scope, "Pager", { bus, topic: new Topic(scope, "Topic") }),
  );
  const rule = onlyRule(template);
  assert.equal(rule.EventBusName, "synfleet");
  assert.deepEqual(matched(rule), ["alert-state-change", "released", "storm"]);
  assert.equal(sent(rule, "alert-state-change"), DOWN_SENTENCE);
});

test("AlertsToQueue sends whole events to a queue with a dead-letter queue", () => {
  const template = templateOf(
    (scope, bus) => new AlertsToQueue(scope, "Queue", { bus, targetIds: ["postgres"] }),
  );
  const rule = onlyRule(template);
  assert.deepEqual(matched(rule), ["alert-state-change", "released"]);
  assert.equal(rule.Targets[0]?.InputTransformer, undefined);
  assert.ok(rule.Targets[0]?.DeadLetterConfig);
  const queues = ofType(template, "AWS::SQS::Queue");
  assert.equal(queues.filter(({ Properties }) => Properties.RedrivePolicy).length, 1);
});

test("AlertsToSlack posts the summary as a webhook wants it, to an address kept as a secret", () => {
  const template = templateOf(
    (scope, bus) =>
      new AlertsToSlack(scope, "Slack", { bus, webhookPath: SecretValue.secretsManager("slack") }),
  );
  const rule = onlyRule(template);
  assert.deepEqual(sent(rule, "alert-state-change"), {
    text: DOWN_SENTENCE,
    mrkdwn: false,
    unfurl_links: false,
  });
  const [webhook] = ofType(template, "AWS::Events::ApiDestination");
  assert.equal(
    webhook?.Properties.InvocationEndpoint,
    "https://hooks.slack.com/services/{{resolve:secretsmanager:slack:SecretString:::}}",
  );
});

test("AlertsToPagerDuty posts the event's own block, and the key out of the secret", () => {
  const template = templateOf(
    (scope, bus) =>
      new AlertsToPagerDuty(scope, "PagerDuty", {
        bus,
        routingKey: SecretValue.secretsManager("pagerduty"),
      }),
  );
  const rule = onlyRule(template);
  assert.deepEqual(matched(rule), [
    "alert-state-change",
    "released",
    "reminder",
    "region-advisory",
    "region-impaired",
    "region-missing",
    "group-health",
    "storm",
  ]);
  for (const name of matched(rule))
    assert.deepEqual(sent(rule, name), goldenEvent(name).detail.pagerduty);
  const [connection] = ofType(template, "AWS::Events::Connection");
  assert.ok(connection);
  const { InvocationHttpParameters } = connection.Properties.AuthParameters as {
    InvocationHttpParameters: { BodyParameters: object[] };
  };
  assert.deepEqual(InvocationHttpParameters.BodyParameters, [
    {
      Key: "routing_key",
      Value: "{{resolve:secretsmanager:pagerduty:SecretString:::}}",
      IsValueSecret: true,
    },
  ]);
});

test("alertEmail mails a sentence for every alert and every rejected task", () => {
  const home = synthesize(EVERYTHING_ON).templates["all-on-home"];
  assert.ok(home);
  const mails = rulesOf(home).filter(({ Targets }) => Targets[0]?.InputTransformer);
  const sentences = mails.flatMap((rule) => matched(rule).map((name) => [name, sent(rule, name)]));
  assert.deepEqual(sentences.sort(), [
    ["alert-state-change", DOWN_SENTENCE],
    [
      "group-health",
      "GROUP: postgres has 1 of 3 targets healthy, must have 2: down are b.example.com:5432, c.example.com:5432",
    ],
    ["quieting", "SILENCED: target postgres by ann until 2026-01-05T13:00:00Z: moving the racks"],
    ["region-advisory", "ADVISORY: db-primary (db.example.com:5432) timed out from eu-west-1"],
    [
      "region-impaired",
      "IMPAIRED: us-east-1 fails 42 of 60 targets, 70 %, other regions 1.7 % (timed out, unreachable): it does not vote until it is well",
    ],
    [
      "region-missing",
      "TROUBLE: us-east-1 has reported nothing for three minutes: it votes on no task",
    ],
    [
      "released",
      "CRITICAL: db-primary (db.example.com:5432) refused since 12:03:15 UTC; held by a maintenance until now",
    ],
    ["reminder", "REMINDER: db-primary (db.example.com:5432) is still CRITICAL for 56 min 45 s"],
    ["storm", "STORM: 12 tasks are CRITICAL since 12:00:00 UTC: api, db-primary, web, and 9 more"],
    [
      "task-rejected",
      'A task does not run as written. Task "db": timeout_seconds must be 1 to 30, is 95',
    ],
  ]);
});
