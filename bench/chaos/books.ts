import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openHomeStores, openRegionStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { type LocalData, openLocalData } from "../../local/aws/local-data.ts";
import { DETAIL_TYPES } from "../../shared/contract.ts";
import { deriveId } from "../../shared/hash.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { Summary } from "../../shared/summary/summary.ts";
import { type EpochMs, HOUR_MS, MINUTE_MS, type RegionName } from "../../shared/units.ts";
import { timeOfDay } from "./fast-time.ts";

/** What a fleet has kept of a run. */
export interface Books {
  /** Each change of a task's state in the history, by the event's id. The fleets' first minutes are left out. */
  readonly changes: ReadonlyMap<string, Change>;
  /** The ids of such events that were delivered; one may be there more than once. */
  readonly delivered: readonly string[];
  /** The ids of events that will be delivered after the next start. */
  readonly waiting: ReadonlySet<string>;
  readonly summaries: readonly Summary[];
  /** How many results of each slot are stored, by `resultId`. */
  readonly results: ReadonlyMap<string, number>;
}

/** A change of a task's state. */
export interface Change {
  readonly taskName: string;
  readonly atMs: EpochMs;
  /** Whether it is to a warning, or from one: figures of minutes decide it, and no single checks. */
  readonly isWarning: boolean;
  readonly sentence: string;
}

/** More than any run has. */
const MOST_ROWS = 100_000;

/** The id that the result of a slot has everywhere. */
export function resultId(region: RegionName, taskName: string, slotAtMs: EpochMs): string {
  return deriveId(region, taskName, slotAtMs);
}

/** Reads the data of a fleet that has ended. `now` is the run's clock. */
export async function readBooks(
  dataDir: string,
  tasks: readonly string[],
  { now, span }: { readonly now: () => EpochMs; readonly span: Interval },
): Promise<Books> {
  const data = await openLocalData(dataDir);
  try {
    const home = openHomeStores({ client: data.client, fleet: data.fleet.name, now });
    const query = { sinceMs: span.fromMs, untilMs: span.toMs, limit: MOST_ROWS };
    const since = { ...query, sinceMs: span.fromMs - HOUR_MS, untilMs: span.toMs + HOUR_MS };
    const { events } = await home.history.readHistory({ ...since, taskName: null });
    const changes = events.filter(({ detailType }) => detailType === DETAIL_TYPES.stateChange);
    const { records } = await home.states.readRecords();
    const early = changes.filter(({ time }) => time - MINUTE_MS < span.fromMs).map(({ id }) => id);
    const later = changes.filter(({ id }) => !early.includes(id));
    const summaries = await Promise.all(
      tasks.map((task) => home.summaries.readLatest(task, query)),
    );
    return {
      changes: new Map(later.map(({ id, time, detail }) => [id, changeOf(time, detail)])),
      delivered: readDelivered(dataDir).filter((id) => !early.includes(id)),
      waiting: new Set(records.flatMap(({ pending }) => pending.map(({ id }) => id))),
      summaries: summaries.flat(),
      results: await readResults(data, now, span),
    };
  } finally {
    await data.close();
  }
}

function changeOf(atMs: EpochMs, detail: object): Change {
  const fields: Record<string, unknown> = { ...detail };
  const { task_name: taskName, summary, state, previous_state: before } = fields;
  return {
    ...{ atMs, taskName: String(taskName), sentence: `${timeOfDay(atMs)} ${summary}` },
    isWarning: state === "WARNING" || (state === "OK" && before === "WARNING"),
  };
}

function readDelivered(dataDir: string): string[] {
  const path = join(dataDir, "alerts.jsonl");
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const events = lines.map((line) => JSON.parse(line));
  const changes = events.filter((event) => event["detail-type"] === DETAIL_TYPES.stateChange);
  return changes.map(({ detail }) => detail.id);
}

async function readResults(
  { client, fleet }: LocalData,
  now: () => EpochMs,
  span: Interval,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { name: region, shards } of fleet.regions) {
    const { chunks, plans } = openRegionStores({ client, fleet: fleet.name, region, now });
    for (let shard = 0; shard < shards; shard++) {
      const began = { fromMs: span.fromMs - HOUR_MS, toMs: span.toMs };
      for (const chunk of (await chunks.readChunks(shard, began)).chunks) {
        const bundle = await plans.readBundle(chunk.bundle);
        for (const { taskIndex, slotAtMs } of chunk.results.filter(({ recheck }) => !recheck)) {
          const id = resultId(region, bundle?.tasks[taskIndex]?.name ?? "", slotAtMs);
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      }
    }
  }
  return counts;
}
