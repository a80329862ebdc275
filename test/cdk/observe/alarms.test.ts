import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ALARMS } from "../../../cli/doctor/examine-alarms.ts";
import { parseEventPattern } from "../../../local/events/event-pattern.ts";
import { METRIC_NAMESPACE, METRICS } from "../../../shared/contract.ts";
import { EVENT_NAMES, goldenEvent } from "../golden-events.ts";
import { grantsOf, rolesOf } from "../grants-of.ts";
import { EVERYTHING_ON, everyOf, SMALL_FLEET, synthesize, WATCHED_FLEET } from "../synthesize.ts";

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly TreatMissingData: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
}

function alarmsOf(fleet: object): Alarm[] {
  const alarms = everyOf(synthesize(fleet), "AWS::CloudWatch::Alarm");
  return alarms.map(({ Properties }) => Properties as unknown as Alarm);
}

const lean = alarmsOf(SMALL_FLEET);
const full = alarmsOf(WATCHED_FLEET);
const runbook = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");

/** As Markdown renderers make them of headings. */
const anchors = [...runbook.matchAll(/^## (.*)$/gm)].map(([, heading = ""]) =>
  heading.toLowerCase().replaceAll(" ", "-"),
);

/** Each article by its anchor. */
const articles = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((article, i) => [anchors[i], article]),
);

function anchorOf({ AlarmDescription }: Alarm): string {
  const [, anchor = ""] = / Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
  return anchor;
}

/** Articles on what an event tells instead of an alarm. */
const EVENT_ARTICLES = [
  "region-impaired",
  "region-missing",
  "shard-missing",
  "minutes-lost",
  "dead-man-not-told",
];

/** What is no article. */
const TABLE = "what-tells-of-it";

test("every alarm links an article of the runbook, and every other article is of an event", () => {
  const linked = [...new Set([...lean, ...full].map(anchorOf)), ...EVENT_ARTICLES, TABLE];
  assert.deepEqual(linked.sort(), [...anchors].sort());
});

test("the runbook's table says of every alarm's meaning what tells it in both modes", () => {
  const rows = [
    ...(articles.get(TABLE) ?? "").matchAll(/^\| \[[^\]]+\]\(#([a-z-]+)\) \| (.+) \| (.+) \|$/gm),
  ];
  const named = (column: number, alarm: string) =>
    rows.filter(([, anchor, ...cells]) => anchor === alarm && /alarm/.test(cells[column] ?? ""));
  assert.deepEqual(
    rows.map(([, anchor]) => anchor).sort(),
    anchors.filter((one) => one !== TABLE).sort(),
  );
  for (const [column, alarms] of [lean, full].entries()) {
    const raised = [...new Set(alarms.map(anchorOf))];
    for (const anchor of anchors)
      assert.equal(named(column, anchor).length, raised.includes(anchor) ? 1 : 0, anchor);
  }
});

for (const [anchor, article] of [...articles].filter(([anchor]) => anchor !== TABLE))
  test(`the runbook's article ${anchor} says what it means, how to check and what to do`, () => {
    for (const part of ["Means", "Check", "Do"])
      assert.match(article, new RegExp(`^\\*\\*${part}\\.\\*\\* .{20}`, "m"));
  });

test("every alarm is named after the fleet, its article and its region", () => {
  for (const alarms of [lean, full]) {
    const names = alarms.map(({ AlarmName }) => AlarmName);
    assert.equal(new Set(names).size, names.length);
    for (const alarm of alarms)
      assert.match(
        alarm.AlarmName,
        new RegExp(`^synfleet-${anchorOf(alarm)}-(eu-west|us-east)-1$`),
      );
  }
});

test("alarms watch metrics that Lambda or this fleet's functions write", () => {
  const ours: readonly string[] = Object.values(METRICS).flatMap((names) => Object.values(names));
  for (const { Namespace, MetricName, Dimensions } of full) {
    const names = Dimensions.map(({ Name }) => Name);
    if (Namespace === "AWS/Lambda") {
      assert.ok(["Invocations", "Errors", "Throttles"].includes(MetricName));
      assert.deepEqual(names, ["FunctionName"]);
      continue;
    }
    assert.equal(Namespace, METRIC_NAMESPACE);
    assert.ok(ours.includes(MetricName), MetricName);
    assert.deepEqual(names, ["Fleet", "Region"]);
  }
});

/** Metrics that AWS makes of itself; the documentation has each of them by the minute, with these dimensions. */
const FREE: Readonly<Record<string, readonly string[]>> = {
  "AWS/Lambda Errors": ["FunctionName"],
  "AWS/SQS NumberOfMessagesSent": ["QueueName"],
  "AWS/DynamoDB SuccessfulRequestLatency": ["Operation", "TableName"],
};

test("alarms of a lean fleet watch free metrics only, one each", () => {
  for (const { Namespace, MetricName, Dimensions } of lean)
    assert.deepEqual(
      Dimensions.map(({ Name }) => Name),
      FREE[`${Namespace} ${MetricName}`],
    );
});

test("alarms of a lean fleet count what only a probe stores in its region, and only home plans", () => {
  const { templates } = synthesize(SMALL_FLEET);
  const watched = lean.flatMap((alarm) => {
    const { TableName, Operation } = Object.fromEntries(
      alarm.Dimensions.map(({ Name, Value }) => [Name, Value]),
    );
    return TableName === undefined
      ? []
      : [[anchorOf(alarm), `Allow dynamodb:${Operation} on `, TableName]];
  });
  assert.deepEqual(
    watched.map(([anchor, , table]) => [anchor, table]),
    [
      ["probe-silent", "synfleet-results-eu-west-1"],
      ["probe-silent", "synfleet-results-us-east-1"],
      ["plans-stale", "synfleet-plans-us-east-1"],
    ],
  );
  for (const [anchor, action, table] of watched) {
    const may = Object.entries(templates).flatMap(([stack, template]) =>
      [...rolesOf(template).values()]
        .flatMap((role) => grantsOf(template, role))
        .filter((grant) => grant.startsWith(String(action)) && grant.includes(String(table)))
        .map(() => stack),
    );
    assert.deepEqual(may, [
      anchor === "plans-stale" ? "synfleet-home" : String(table).replace("-results", ""),
    ]);
  }
});

test("a lean fleet of one region, which is home, is told of by its plans too; a retired region by nothing", () => {
  const told = (regions: readonly unknown[]) =>
    alarmsOf({ regions })
      .map(({ AlarmName }) => AlarmName)
      .filter((name) => /probe|plans/.test(name));
  assert.deepEqual(told(["eu-west-1"]), [
    "synfleet-probe-silent-eu-west-1",
    "synfleet-plans-stale-eu-west-1",
  ]);
  const retired = { name: "us-east-1", retired: true };
  assert.deepEqual(told([retired, "eu-west-1"]), told(["eu-west-1"]));
  const watched = { ...WATCHED_FLEET, regions: [retired, "eu-west-1"] };
  assert.doesNotMatch(JSON.stringify(alarmsOf(watched).map(({ AlarmName }) => AlarmName)), /us-/);
});

test("doctor knows every alarm, and which ones are there in both modes", () => {
  const known: readonly string[] = [...ALARMS.home, ...ALARMS.region];
  assert.deepEqual([...new Set(full.map(anchorOf))].sort(), known.toSorted());
  for (const [needed] of [ALARMS.home, ALARMS.region])
    assert.ok(lean.some((alarm) => anchorOf(alarm) === needed));
});

test("silence is bad where it means that nothing runs, and nowhere else", () => {
  const silent = (alarms: readonly Alarm[]) =>
    [
      ...new Set(
        alarms.filter(({ TreatMissingData }) => TreatMissingData === "breaching").map(anchorOf),
      ),
    ].sort();
  assert.deepEqual(silent(full), ["aggregator-silent", "plan-silent", "probe-silent"]);
  assert.deepEqual(silent(lean), ["aggregator-silent", "plans-stale", "probe-silent"]);
});

test("the dead man of the fleet watches summarised minutes, not invocations", () => {
  const deadMan = (alarms: readonly Alarm[]) =>
    alarms
      .filter((alarm) => anchorOf(alarm) === "aggregator-silent")
      .map(({ MetricName, TreatMissingData }) => [MetricName, TreatMissingData]);
  assert.deepEqual(deadMan(full), [[METRICS.aggregate.windows, "breaching"]]);
  assert.deepEqual(deadMan(lean), [["NumberOfMessagesSent", "breaching"]]);
});

test("the queue that counts heartbeats gets each of them, and nothing else", () => {
  const rules = everyOf(synthesize(SMALL_FLEET), "AWS::Events::Rule");
  const [pattern, ...others] = rules.map(({ Properties }) =>
    parseEventPattern(Properties.EventPattern),
  );
  assert.deepEqual([typeof pattern, others], ["function", []]);
  assert.deepEqual(
    EVENT_NAMES.filter((name) => pattern?.(goldenEvent(name))),
    ["heartbeat"],
  );
});

test("alarms are mailed when there is an address, and tell no one else", () => {
  for (const { AlarmActions } of [...lean, ...full]) assert.equal(AlarmActions, undefined);
  const alertEmail = "ops@example.com";
  for (const { AlarmActions, OKActions } of [
    ...alarmsOf(EVERYTHING_ON),
    ...alarmsOf({ ...SMALL_FLEET, alertEmail }),
  ]) {
    assert.equal(AlarmActions?.length, 1);
    assert.deepEqual(OKActions, AlarmActions);
  }
});
