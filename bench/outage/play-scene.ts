import {
  createDynamoDbClient,
  openHomeStores,
} from "../../functions/adapters/dynamodb/dynamodb.ts";
import {
  createEventBridgeClient,
  createEventBus,
} from "../../functions/adapters/eventbridge/eventbridge.ts";
import { aggregateWindows } from "../../functions/aggregate/aggregate.ts";
import type { AggregateServices, RunLog } from "../../functions/aggregate/services/services.ts";
import { BundleCache } from "../../functions/bundle-cache.ts";
import { FUNCTION_TIMEOUT_SECONDS, homeTableName } from "../../shared/contract.ts";
import { DEFAULT_ALERT_POLICY } from "../../shared/health/rules/rules.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { Task } from "../../shared/task/task.ts";
import { DAY_MS, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { randomOf } from "../random.ts";
import type { TableCapacity } from "./capacity.ts";
import { LambdaProcess } from "./lambda.ts";
import { type Arrival, LimitedBus } from "./limited-bus.ts";
import { type HomeLimits, LimitedDatabase } from "./limited-database.ts";
import { probedRegions } from "./regions.ts";
import { VirtualTime } from "./virtual-time.ts";

/** A fleet whose targets all fall at once. */
export interface Outage {
  readonly fleet: Fleet;
  readonly tasks: readonly Task[];
  /** Decides the latencies, the partitions of the keys, and when in its minute everything happens. */
  readonly seed: number;
  readonly limits: HomeLimits;
  /** What PutEvents takes a second. */
  readonly busEntries: number;
  /** From which minute on auto scaling has given the table of summaries ten times its capacity; absent: never. */
  readonly raisedInMinute?: number;
  /** Minutes that are played after the outage has begun. */
  readonly minutes: number;
}

/** What became of an outage. */
export interface Played {
  readonly outage: Interval;
  readonly arrivals: readonly Arrival[];
  readonly runs: readonly PlayedRun[];
  /** Ids in the history, and events that records still hold, at the end. */
  readonly historyIds: ReadonlySet<string>;
  readonly pendingCount: number;
  /** What is stored of each group of a minute: its key, and how often it was written. */
  readonly minuteVersions: ReadonlyMap<string, number>;
  /** Write units that the summaries' table has taken, and requests that it has throttled. */
  readonly summaries: { readonly units: number; readonly throttled: number };
}

/** One invocation of the aggregator. */
export interface PlayedRun {
  readonly startedAtMs: EpochMs;
  readonly endedAtMs: EpochMs;
  readonly end: "returned" | "killed" | "threw";
  readonly error: string | null;
  readonly log: RunLog | null;
  /** Events that have come to the bus by its end. */
  readonly arrivedCount: number;
  /** Write units of the alerts table by its end. */
  readonly units: number;
  readonly throttled: number;
}

/** 2026-01-05T12:00:00Z */
const BEGIN_MS = Date.UTC(2026, 0, 5, 12);

/** Samples that the aggregator decodes and judges a second of its core (docs/limits.md). */
const SAMPLES_A_SECOND = 110_000;

const TIMEOUT_MS = FUNCTION_TIMEOUT_SECONDS.aggregate * SECOND_MS;

/** Plays an outage minute by minute in virtual time, with the real aggregator and its real adapters. */
export async function playOutage(scene: Outage): Promise<Played> {
  await warmUp();
  const time = new VirtualTime(BEGIN_MS);
  const restore = time.patchTimers();
  try {
    return await time.run(play(scene, time));
  } finally {
    restore();
  }
}

/** The SDK reads its configuration files once, for which virtual time would not wait. */
async function warmUp(): Promise<void> {
  const body = Buffer.from("{}");
  const requestHandler = {
    handle: async () => ({ response: { statusCode: 200, headers: {}, body } }),
    destroy: () => undefined,
  };
  const setup = { requestHandler, credentials: { accessKeyId: "bench", secretAccessKey: "bench" } };
  const client = createDynamoDbClient("eu-west-1", setup);
  await openHomeStores({ client, fleet: "warm" }).progress.readProgress();
  await createEventBus(createEventBridgeClient("eu-west-1", setup), "warm").publish([]);
}

async function play(scene: Outage, time: VirtualTime): Promise<Played> {
  const random = randomOf(scene.seed);
  const now = () => time.now();
  const world: World = {
    scene,
    time,
    random,
    database: new LimitedDatabase(scene.seed, scene.limits, now),
    bus: new LimitedBus(scene.busEntries, now),
    outage: {
      fromMs: BEGIN_MS + 2 * MINUTE_MS + Math.floor(random() * MINUTE_MS),
      toMs: Number.POSITIVE_INFINITY,
    },
  };
  const phaseMs = Math.floor(random() * MINUTE_MS);
  const runs: PlayedRun[] = [];
  for (let minute = -1; minute < scene.minutes + 2; minute++) {
    const atMs = BEGIN_MS + minute * MINUTE_MS + phaseMs;
    if (atMs < time.now()) continue;
    await time.sleep(atMs - time.now());
    if (minute === scene.raisedInMinute) summariesOf(world).raise(10);
    runs.push(await invoke(world));
  }
  return { outage: world.outage, arrivals: world.bus.arrivals, runs, ...remains(world) };
}

interface World {
  readonly scene: Outage;
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly database: LimitedDatabase;
  readonly bus: LimitedBus;
  readonly outage: Interval;
}

/** One invocation, which Lambda ends where it stands when its time is up. */
async function invoke(world: World): Promise<PlayedRun> {
  const { time, bus, database, scene } = world;
  const startedAtMs = time.now();
  const process = new LambdaProcess(world);
  const lines: RunLog[] = [];
  const work = aggregateWindows(servicesOf(world, process, (line) => lines.push(line))).then(
    () => ({ end: "returned", error: null }) as const,
    (error: unknown) => ({ end: "threw", error: String(error) }) as const,
  );
  const timeout = time.sleep(TIMEOUT_MS).then(() => ({ end: "killed", error: null }) as const);
  const outcome = await Promise.race([work, timeout]);
  process.kill();
  const alerts = database.capacityOf(homeTableName(scene.fleet.name, "alerts"));
  return {
    startedAtMs,
    endedAtMs: time.now(),
    ...outcome,
    log: lines[0] ?? null,
    arrivedCount: bus.arrivals.length,
    units: Math.round(alerts.consumed),
    throttled: alerts.throttled,
  };
}

function servicesOf(
  { scene, time, outage }: World,
  process: LambdaProcess,
  log: AggregateServices["log"],
): AggregateServices {
  const { fleet, tasks } = scene;
  const now = () => time.now();
  const sleep = (ms: number) => time.sleep(ms);
  const client = process.dynamoDb(fleet.home);
  const room = { untilMs: Number.POSITIVE_INFINITY };
  const summaryClient = process.dynamoDb(fleet.home, {
    leftMs: () => room.untilMs - time.now(),
  });
  const clients = { client, summaryClient };
  const home = openHomeStores({ ...clients, fleet: fleet.name, keepMs: 30 * DAY_MS, now, sleep });
  const decode = (count: number) => process.compute((count / SAMPLES_A_SECOND) * SECOND_MS);
  const sinceMs = BEGIN_MS - 5 * MINUTE_MS;
  const { tasks: _tasks, statuses: _statuses, ...stores } = home;
  return {
    ...stores,
    waitForRoomUntil: (untilMs) => {
      room.untilMs = untilMs;
    },
    fleet,
    alertDefaults: DEFAULT_ALERT_POLICY,
    now,
    sleep,
    aloneFromMs: 0,
    newHolder: () => `run at ${time.now()}`,
    regions: probedRegions(fleet, tasks, { outage, sinceMs, now, decode }),
    bundles: new BundleCache(),
    bus: createEventBus(process.eventBridge(fleet.home), fleet.name),
    announce: () => undefined,
    toldAside: new Set(),
    log,
    invoker: null,
    logTurn: () => undefined,
  };
}

function summariesOf({ scene, database }: Pick<World, "scene" | "database">): TableCapacity {
  return database.capacityOf(homeTableName(scene.fleet.name, "summaries"));
}

/** What is stored at the end. */
function remains({
  scene,
  database,
}: Pick<World, "scene" | "database">): Pick<
  Played,
  "historyIds" | "pendingCount" | "minuteVersions" | "summaries"
> {
  const table = homeTableName(scene.fleet.name, "alerts");
  const history = database.itemsOf(table, "event#");
  const records = database.itemsOf(table, "state#");
  const owed = records.map(({ owed }) => (owed?.L as readonly unknown[] | undefined)?.length ?? 0);
  const { consumed: units, throttled } = summariesOf({ scene, database });
  const name = homeTableName(scene.fleet.name, "summaries");
  const groups = database.itemsOf(name, " minutes").filter(({ minutes }) => minutes !== undefined);
  return {
    summaries: { units, throttled },
    minuteVersions: new Map(
      groups.map((item) => [
        `${item.task_name?.S} ${item.period_start?.N}`,
        Number(item.version?.N),
      ]),
    ),
    historyIds: new Set(history.map(({ id }) => String(id?.S))),
    pendingCount: owed.reduce((sum, count) => sum + count, 0),
  };
}
