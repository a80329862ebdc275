import { showCount } from "../../terminal/count.ts";
import { listOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";

/** The alarms that a fleet may have by where they are, first the one that it has in any mode. */
export const ALARMS = {
  home: [
    ...["aggregator-silent", "aggregator-behind", "aggregate-errors", "aggregate-throttled"],
    ...["plan-silent", "plan-refused", "plan-errors", "plan-throttled", "outbox-stuck"],
  ],
  region: ["probe-silent", "plans-stale", "slots-missed", "probe-errors", "probe-throttled"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Whether the alarm on silence is there, and which alarms are on. */
export async function examineAlarms(
  { ask, fleet }: Examined,
  { region, isAgent, isHome, probed }: Place,
): Promise<Finding[]> {
  if (isAgent) return [];
  const about: About = { region, part: "alarms" };
  const own = [...(isHome ? [ALARMS.home] : []), ...(probed === null ? [] : [ALARMS.region])];
  const nameOf = (title: string) => `${fleet.name}-${title}-${region}`;
  const body = { AlarmNames: own.flat().map(nameOf), MaxRecords: 100 };
  const reply = await ask("alarms", { region, body });
  if (reply.kind !== "answer") return [unasked(about, "Which alarms are on", reply)];
  const alarms = listOf(reply.fields, "MetricAlarms");
  const needed = own.map(([title]) => nameOf(title));
  const missing = needed.filter((name) => !alarms.some(({ AlarmName }) => AlarmName === name));
  const ringing = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  return orWell(about, [
    ...missing.map((name) =>
      wrong(about, `Alarm ${name} is missing`, "deploy with --revert-drift"),
    ),
    ...(ringing.length === 0 ? [] : [ringingFinding(about, ringing)]),
  ]);
}

function ringingFinding(about: About, ringing: ReturnType<typeof listOf>): Finding {
  const names = ringing.map(({ AlarmName }) => String(AlarmName)).join(", ");
  const verb = ringing.length === 1 ? "is" : "are";
  const text = `${showCount(ringing.length, "alarm")} ${verb} on: ${names}`;
  return wrong(about, text, "see its article in docs/runbook.md");
}
