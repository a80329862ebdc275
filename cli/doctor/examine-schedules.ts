import { sumOf } from "../../shared/sum-of.ts";
import type { RegionName } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { partOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";

/** Whether each schedule is enabled, and nothing that it sent is undelivered. */
export async function examineSchedules(examined: Examined, place: Place): Promise<Finding[]> {
  if (place.isAgent) return [];
  const { region } = place;
  const names = namesIn(examined, place);
  const asked = await Promise.all(names.map((name) => examineSchedule(examined, region, name)));
  const queues = new Set(asked.flatMap(({ queue }) => queue ?? []));
  const undelivered = await Promise.all(
    [...queues].map((arn) => examineQueue(examined, region, arn)),
  );
  return [
    ...orWell(
      { region, part: "schedules" },
      asked.flatMap(({ found }) => found),
    ),
    ...(queues.size === 0 ? [] : orWell({ region, part: "queue" }, undelivered.flat())),
  ];
}

function namesIn({ fleet, expected }: Examined, { isHome, probed }: Place): string[] {
  const home = ["plan", "aggregate", ...(expected.hasStatusPage ? ["publish"] : [])];
  const shards = Array.from({ length: probed?.shards ?? 0 }, (_, shard) => `probe-${shard}`);
  return [...(isHome ? home : []), ...shards].map((name) => `${fleet.name}-${name}`);
}

async function examineSchedule({ ask }: Examined, region: RegionName, name: string) {
  const about: About = { region, part: "schedules" };
  const reply = await ask("schedule", { region, path: `/schedules/${name}` });
  if (reply.kind === "gone")
    return { found: [wrong(about, `Schedule ${name} is missing`, "deploy this region's stack")] };
  if (reply.kind !== "answer") return { found: [unasked(about, `Schedule ${name}`, reply)] };
  const { State: state, ScheduleExpression: expression } = reply.fields;
  const { Arn: queue } = partOf(partOf(reply.fields, "Target"), "DeadLetterConfig");
  const found = [
    ...(state === "ENABLED" ? [] : [wrong(about, `Schedule ${name} is ${state}`, "enable it")]),
    ...(expression === "rate(1 minute)"
      ? []
      : [wrong(about, `Schedule ${name} is ${expression}`, "deploy with --revert-drift")]),
  ];
  return { found, queue: typeof queue === "string" ? queue : undefined };
}

const COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

async function examineQueue(
  { ask }: Examined,
  region: RegionName,
  arn: string,
): Promise<Finding[]> {
  const about: About = { region, part: "queue" };
  const [, account, name] = /:(\d{12}):([\w-]{1,80}(?:\.fifo)?)$/.exec(arn) ?? [];
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const QueueUrl = `https://sqs.${region}.${suffix}/${account}/${name}`;
  const reply = await ask("queue", { region, body: { QueueUrl, AttributeNames: COUNTS } });
  if (reply.kind === "gone")
    return [wrong(about, `Queue ${name} is missing`, "deploy with --revert-drift")];
  if (reply.kind !== "answer") return [unasked(about, "What was not delivered", reply)];
  const attributes = partOf(reply.fields, "Attributes");
  const count = sumOf(COUNTS, (attribute) => Number(attributes[attribute] ?? 0));
  if (count === 0) return [];
  return [
    wrong(
      about,
      `${showCount(count, "invocation")} could not be delivered in the last two weeks`,
      `read their ERROR_MESSAGE in queue ${name}, and purge it when they are old`,
    ),
  ];
}
