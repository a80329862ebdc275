import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  openHomeStores,
  openRegionStores,
} from "../../../../functions/adapters/dynamodb/dynamodb.ts";
import type { LoadedChunk } from "../../../../functions/ports/chunk-store.ts";
import type { TaskRecord } from "../../../../functions/ports/state-store.ts";
import type { OutgoingEvent } from "../../../../shared/event/event.ts";
import { INITIAL_HEALTH, INITIAL_STATE } from "../../../../shared/health/health.ts";
import { encodeBundle } from "../../../../shared/plan/plan.ts";
import { figuresOf } from "../../../../shared/summary/summary.ts";
import { DAY_MS, MINUTE_MS } from "../../../../shared/units.ts";
import { aChunk, aFailure, aResult, aTask } from "../../../fakes/results.ts";

export const NOON = Date.UTC(2026, 0, 5, 12);
const REGION = "eu-west-1";

/** Every store of a fleet at one instant. */
export function openStores(client: DynamoDBClient) {
  const setup = { client, fleet: "test", keepMs: 400 * DAY_MS, now: () => NOON };
  return {
    ...openRegionStores({ ...setup, region: REGION }),
    ...openHomeStores({ ...setup, minuteMs: setup.keepMs }),
  };
}

export type Stores = ReturnType<typeof openStores>;

const bundle = {
  tasks: [aTask("db", { targetId: "orders", tags: { team: "core" } }), aTask("web")],
};
const { hash } = encodeBundle(bundle);

const event: OutgoingEvent = {
  id: "0123456789abcdef0123456789abcdef",
  detailType: "TCP Probe Alert State Change",
  time: NOON,
  resources: ["synfleet/test/task/db"],
  detail: { task_name: "db", state: "CRITICAL", sequence: 1 },
};

const health = {
  status: "unhealthy",
  failCount: 0,
  passCount: 1,
  firstFailAtMs: null,
  lastFailAtMs: null,
  failingSinceMs: NOON,
  unhealthySinceMs: NOON,
  lastDownAtMs: NOON,
  downs: [{ firstAtMs: NOON, lastAtMs: NOON, recoveredAtMs: null }],
  recent: "",
  share: { value: 0.25, atMs: NOON },
  throughMs: NOON,
  silentSinceMs: null,
  advised: true,
} as const;

const record: TaskRecord = {
  task: { name: "db", host: "192.0.2.1:22", targetId: "orders", tags: { team: "core" } },
  version: 1,
  state: {
    ...INITIAL_STATE,
    status: "CRITICAL",
    rule: "down",
    sinceMs: NOON,
    throughMs: NOON,
    incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: NOON },
    sequence: 1,
    regions: { [REGION]: health },
  },
  pending: [event],
  unrecorded: [event],
  goneSinceMs: null,
};

const chunk: LoadedChunk = {
  ...aChunk({ bundle: hash, termFromMs: NOON }),
  results: [aResult({ slotAtMs: NOON + 500 }), aFailure({ taskIndex: 1, slotAtMs: NOON + 700 })],
  notUnderstoodCount: 0,
  shard: 0,
  part: 1,
};

const figures = figuresOf({ expectedCount: 2 }, [
  { slotAtMs: NOON, verdict: "passed", errorKind: null, connectTimeMs: 12.345, synRetransmits: 0 },
  {
    slotAtMs: NOON + 30_000,
    verdict: "failed",
    errorKind: "refused",
    connectTimeMs: null,
    synRetransmits: 0,
  },
]);

const run = { fromMs: NOON - MINUTE_MS, bundle: hash, staggerPermille: 500 };

/** One of everything that a fleet stores. */
export const STORED_FLEET = {
  bundle,
  manifest: {
    region: REGION,
    plannedAtMs: NOON,
    staggerPermille: 500,
    shards: [{ shard: 0, bundle: hash, taskCount: 2 }],
  },
  lease: { claimedToMs: NOON + MINUTE_MS, runs: [{ ...run, toMs: NOON + MINUTE_MS }] },
  chunks: [chunk],
  summaries: [
    {
      taskName: "db",
      host: "192.0.2.1:22",
      targetId: "orders",
      periodStartMs: NOON,
      periodEndMs: NOON + MINUTE_MS,
      overall: figures,
      regions: { [REGION]: figures },
      complete: false,
      missingRegions: ["us-east-1"],
      rev: 2,
    },
  ],
  progress: {
    watermarkMs: NOON,
    openWindows: [{ startMs: NOON - MINUTE_MS, regions: { [REGION]: 3 } }],
  },
  records: [record],
  history: [event],
  statuses: [
    {
      name: "web",
      status: "rejected" as const,
      problems: ['Task "web": timeout_seconds must be 1 to 30, is 95'],
      regions: [REGION],
      runningLastGood: true,
      sinceMs: NOON,
      pending: [event],
      version: 1,
    },
  ],
};

/** What is read of the record of a version that judged minutes: what it did not know of is initial. */
export const RECORD_BEFORE_INCIDENTS: TaskRecord = {
  ...record,
  state: {
    ...INITIAL_STATE,
    status: "CRITICAL",
    incident: { ...INITIAL_STATE.incident, number: 1, openedAtMs: 0 },
    sequence: 1,
    regions: {
      [REGION]: {
        ...INITIAL_HEALTH,
        status: "unhealthy",
        passCount: 1,
        failingSinceMs: NOON,
        unhealthySinceMs: 0,
        advised: true,
      },
    },
  },
};

/** Stores one of everything, as the functions do. */
export async function storeFleet(stores: Stores): Promise<void> {
  const fleet = STORED_FLEET;
  await stores.plans.writeBundle(hash, fleet.bundle, NOON + 40 * DAY_MS);
  await stores.plans.writeManifest(fleet.manifest);
  await stores.leases.moveLease(0, null, fleet.lease);
  for (const stored of fleet.chunks) await stores.chunks.putChunk(stored);
  await stores.summaries.putSummaries(fleet.summaries);
  await stores.progress.writeProgress(fleet.progress);
  await stores.progress.markJudged(NOON - MINUTE_MS);
  for (const stored of fleet.records) await stores.states.putRecord(stored);
  await stores.history.putHistory(fleet.history);
  for (const status of fleet.statuses) await stores.statuses.putStatus(status);
}

/** Reads it all back, in the form of `STORED_FLEET`. */
export async function readFleet(stores: Stores): Promise<typeof STORED_FLEET> {
  const manifest = await stores.plans.readManifest();
  const read = await stores.chunks.readChunks(0, { fromMs: NOON, toMs: NOON + MINUTE_MS });
  const span = { sinceMs: NOON - DAY_MS, untilMs: NOON + DAY_MS, limit: 10 };
  const found = {
    bundle: await stores.plans.readBundle(manifest?.shards[0]?.bundle ?? ""),
    manifest,
    lease: await stores.leases.readLease(0),
    chunks: read.chunks,
    summaries: await stores.summaries.readLatest("db", span),
    progress: await stores.progress.readProgress(),
    records: (await stores.states.readRecords()).records,
    history: (await stores.history.readHistory({ ...span, taskName: null })).events,
    statuses: (await stores.statuses.readStatuses()).records,
  };
  return found as typeof STORED_FLEET;
}
