import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { METRIC_NAMESPACE, METRICS } from "../../../shared/contract.ts";
import { EVERYTHING_ON, everyOf, SMALL_FLEET, synthesize } from "../synthesize.ts";

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

const alarms = alarmsOf(SMALL_FLEET);
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
const EVENT_ARTICLES = ["region-impaired", "region-missing", "minutes-lost"];

test("every alarm links an article of the runbook, and every other article is of an event", () => {
  const linked = [...new Set(alarms.map(anchorOf)), ...EVENT_ARTICLES];
  assert.deepEqual(linked.sort(), [...anchors].sort());
});

for (const [anchor, article] of articles)
  test(`the runbook's article ${anchor} says what it means, how to check and what to do`, () => {
    for (const part of ["Means", "Check", "Do"])
      assert.match(article, new RegExp(`^\\*\\*${part}\\.\\*\\* .{20}`, "m"));
  });

test("every alarm is named after the fleet, its article and its region", () => {
  const names = alarms.map(({ AlarmName }) => AlarmName);
  assert.equal(new Set(names).size, names.length);
  for (const alarm of alarms)
    assert.match(alarm.AlarmName, new RegExp(`^synfleet-${anchorOf(alarm)}-(eu-west|us-east)-1$`));
});

test("alarms watch metrics that Lambda or this fleet's functions write", () => {
  const ours: readonly string[] = Object.values(METRICS).flatMap((names) => Object.values(names));
  for (const { Namespace, MetricName, Dimensions } of alarms) {
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

test("silence is bad where it means that nothing runs, and nowhere else", () => {
  const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData === "breaching");
  assert.deepEqual([...new Set(silent.map(anchorOf))].sort(), [
    "aggregator-silent",
    "plan-silent",
    "probe-silent",
  ]);
});

test("the dead man of the fleet watches summarised minutes, not invocations", () => {
  const [deadMan, ...others] = alarms.filter((alarm) => anchorOf(alarm) === "aggregator-silent");
  assert.deepEqual(others, []);
  const { MetricName, TreatMissingData } = deadMan ?? {};
  assert.deepEqual([MetricName, TreatMissingData], [METRICS.aggregate.windows, "breaching"]);
});

test("alarms are mailed when there is an address, and tell no one else", () => {
  for (const { AlarmActions } of alarms) assert.equal(AlarmActions, undefined);
  for (const { AlarmActions, OKActions } of alarmsOf(EVERYTHING_ON)) {
    assert.equal(AlarmActions?.length, 1);
    assert.deepEqual(OKActions, AlarmActions);
  }
});
