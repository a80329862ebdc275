import { partOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";

/** Of a shard: an invocation with long timeouts still waits while the next one begins, and one is asked by home. */
const RUNS_PER_SHARD = 3;

/** At home: plan, aggregate's run, and a look that a hint asks for. */
const RUNS_AT_HOME = 3;

/** A state is 4 KB at most, and all of them may be stored in one second when everything falls. */
const WRITE_UNITS_PER_TASK = 4;

/** Whether the account lets the fleet be as large as it is meant to be. */
export async function examineQuotas(examined: Examined, place: Place): Promise<Finding[]> {
  if (place.isAgent) return [];
  const about: About = { region: place.region, part: "quotas" };
  const [functions, tables] = await Promise.all([
    examineRuns(examined, about, place),
    place.isHome ? examineWrites(examined, about) : [],
  ]);
  return orWell(about, [...functions, ...tables]);
}

async function examineRuns(
  { ask }: Examined,
  about: About,
  { region, isHome, probed }: Place,
): Promise<Finding[]> {
  const reply = await ask("functionLimits", { region, path: "/2016-08-19/account-settings" });
  if (reply.kind !== "answer") return [unasked(about, "Lambda's concurrency", reply)];
  const { ConcurrentExecutions: most } = partOf(reply.fields, "AccountLimit");
  const needed = (probed?.shards ?? 0) * RUNS_PER_SHARD + (isHome ? RUNS_AT_HOME : 0);
  if (typeof most !== "number" || most >= needed) return [];
  return [
    wrong(
      about,
      `Lambda runs ${most} functions at once here, and the fleet may need ${needed}`,
      'raise the quota "Concurrent executions"',
    ),
  ];
}

async function examineWrites({ ask, expected }: Examined, about: About): Promise<Finding[]> {
  const reply = await ask("tableLimits", { region: about.region, body: {} });
  if (reply.kind !== "answer")
    return [unasked(about, "The write limit of DynamoDB's tables", reply)];
  const { TableMaxWriteCapacityUnits: most } = reply.fields;
  const needed = expected.tasks * WRITE_UNITS_PER_TASK;
  if (typeof most !== "number" || most >= needed) return [];
  return [
    wrong(
      about,
      `A table takes ${most} write units a second, and ${expected.tasks} tasks that all fall may need ${needed}`,
      'raise the quota "Table-level write throughput limit"',
    ),
  ];
}
