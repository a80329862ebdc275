import { partOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";

/** Of a shard: an invocation with long timeouts still waits while the next one begins, and one is asked by home. */
const RUNS_PER_SHARD = 3;

/** At home: plan, aggregate's run, and a look that a hint asks for. */
const RUNS_AT_HOME = 3;

/** A state is 4 KB at most, and all of them may be stored in one second when everything falls. */
const WRITE_UNITS_PER_TASK = 4;

/** A limit of the account, beside what the fleet may need of it. */
interface Limit {
  readonly found: readonly Finding[];
  /** Both figures; absent if the limit is not known. */
  readonly figures?: string;
}

/** Whether the account lets the fleet be as large as it is meant to be. */
export async function examineQuotas(examined: Examined, place: Place): Promise<Finding[]> {
  if (place.isAgent) return [];
  const about: About = { region: place.region, part: "quotas" };
  const limits = await Promise.all([
    examineRuns(examined, about, place),
    ...(place.isHome ? [examineWrites(examined, about)] : []),
  ]);
  const figures = limits.flatMap((limit) => limit.figures ?? []).join("; ");
  return orWell(
    about,
    limits.flatMap(({ found }) => found),
    figures,
  );
}

async function examineRuns(
  { ask }: Examined,
  about: About,
  { region, isHome, probed }: Place,
): Promise<Limit> {
  const reply = await ask("functionLimits", { region, path: "/2016-08-19/account-settings" });
  if (reply.kind !== "answer") return { found: [unasked(about, "Lambda's concurrency", reply)] };
  const { ConcurrentExecutions: most } = partOf(reply.fields, "AccountLimit");
  const needed = (probed?.shards ?? 0) * RUNS_PER_SHARD + (isHome ? RUNS_AT_HOME : 0);
  if (typeof most !== "number") return { found: [] };
  const text = `Lambda runs ${most} functions at once here, and the fleet may need ${needed}`;
  const todo = 'raise the quota "Concurrent executions"';
  return {
    found: most >= needed ? [] : [wrong(about, text, todo)],
    figures: `${needed} of ${most} functions at once`,
  };
}

async function examineWrites({ ask, expected }: Examined, about: About): Promise<Limit> {
  const reply = await ask("tableLimits", { region: about.region, body: {} });
  if (reply.kind !== "answer")
    return { found: [unasked(about, "The write limit of DynamoDB's tables", reply)] };
  const { TableMaxWriteCapacityUnits: most } = reply.fields;
  const needed = expected.tasks * WRITE_UNITS_PER_TASK;
  if (typeof most !== "number") return { found: [] };
  const text = `A table takes ${most} write units a second, and ${expected.tasks} tasks that all fall may need ${needed}`;
  const todo = 'raise the quota "Table-level write throughput limit"';
  return {
    found: most >= needed ? [] : [wrong(about, text, todo)],
    figures: `${needed} of ${most} write units a second`,
  };
}
