import type { RegionName } from "./units.ts";

// Names that infrastructure and run time share. Changing one is a migration.

/** The `source` of every event of a fleet. */
export const EVENT_SOURCE = "synfleet";

/** The `detail-type` of each kind of event. */
export const DETAIL_TYPES = {
  stateChange: "TCP Probe Alert State Change",
  regionAdvisory: "TCP Probe Region Advisory",
  certificateChanged: "TCP Probe Certificate Changed",
  reminder: "TCP Probe Alert Reminder",
  storm: "TCP Probe Storm",
  quieting: "TCP Probe Alerts Quieted",
  groupHealth: "TCP Probe Group Health",
  taskRejected: "TCP Probe Task Rejected",
  heartbeat: "Probe Fleet Heartbeat",
  regionImpaired: "Probe Fleet Region Impaired",
  fleetTrouble: "Probe Fleet Trouble",
} as const;

/** One of `DETAIL_TYPES`. */
export type DetailType = (typeof DETAIL_TYPES)[keyof typeof DETAIL_TYPES];

/** Tables that only the home region has. */
export type HomeTable = "tasks" | "settings" | "task-status" | "summaries" | "alerts";

/** Tables that every probing region has. */
export type RegionTable = "plans" | "results";

/** `<fleet>-<table>`: there is one home region. */
export function homeTableName(fleet: string, table: HomeTable): string {
  return `${fleet}-${table}`;
}

/** `<fleet>-<table>-<region>`: another region knows the name without a query. */
export function regionTableName(fleet: string, table: RegionTable, region: RegionName): string {
  return `${fleet}-${table}-${region}`;
}

/** A function of the fleet, by the name of its folder in `functions/`. */
export type FunctionName = "plan" | "probe" | "aggregate" | "publish";

/** `<fleet>-<function>`, in every region that has it: another region knows the name without a query. */
export function functionName(fleet: string, name: FunctionName): string {
  return `${fleet}-${name}`;
}

/** The event bus of a fleet, in its home region. */
export function busName(fleet: string): string {
  return fleet;
}

/** Key attributes by table: partition key, then sort key if there is one. */
export const TABLE_KEYS: Readonly<Record<HomeTable | RegionTable, readonly string[]>> = {
  tasks: ["name"],
  settings: ["pk", "sk"],
  "task-status": ["name"],
  summaries: ["task_name", "period_start"],
  alerts: ["pk", "sk"],
  plans: ["pk"],
  results: ["pk", "sk"],
};

/** Key attributes that are numbers; the rest are strings. */
export const NUMBER_KEYS: readonly string[] = ["period_start"];

/** The TTL attribute of every table that has one: whole Unix seconds. */
export const TTL_ATTRIBUTE = "expires_at";

/** Environment variables of the functions. */
export const ENV = {
  fleet: "SYNFLEET_FLEET",
  home: "SYNFLEET_HOME",
  /** JSON: the fleet's regions, see `FleetRegion`. */
  regions: "SYNFLEET_REGIONS",
  /** Comma-separated CIDRs beside the public internet that this region may probe. */
  allowedCidrs: "SYNFLEET_ALLOWED_CIDRS",
  /** `true` if the function has an IPv6 route. */
  ipv6: "SYNFLEET_IPV6",
  /** JSON: the fleet's alert defaults, which replace the built-in ones. */
  alertDefaults: "SYNFLEET_ALERT_DEFAULTS",
  /** JSON: the rate limit of tasks without one of their own; absent: the usual one. */
  rateLimit: "SYNFLEET_RATE_LIMIT",
  resultDays: "SYNFLEET_RESULT_DAYS",
  minuteDays: "SYNFLEET_MINUTE_DAYS",
  summaryDays: "SYNFLEET_SUMMARY_DAYS",
  dayDays: "SYNFLEET_DAY_DAYS",
  bus: "SYNFLEET_BUS",
  /** `true` if the process goes on between its lease terms, so that connections may be held longer than one. */
  alwaysOn: "SYNFLEET_ALWAYS_ON",
  /** `off` if no function may invoke another; then the minute's runs work alone. */
  hints: "SYNFLEET_HINTS",
  /** The time server that probes ask, `host` or `host:port`; absent if they ask none. */
  clockServer: "SYNFLEET_CLOCK_SERVER",
  /** How far a region's clock may be off; home judges by it. */
  clockThresholdMs: "SYNFLEET_CLOCK_THRESHOLD_MS",
  /** Comma-separated references of the secrets that probes may read, or `ANY_SECRET`; absent: none. */
  secrets: "SYNFLEET_SECRETS",
  /** URL of the queue that brings a probe the next burst; absent: it waits for it. */
  burstQueue: "SYNFLEET_BURST_QUEUE",
  /** JSON: what the public status page shows, see `SiteOptions`. */
  statusPage: "SYNFLEET_STATUS_PAGE",
  /** The bucket that the status page is written to. */
  statusBucket: "SYNFLEET_STATUS_BUCKET",
  /** `lean` if log lines are not to become metrics, see `WatchMode`. */
  watch: "SYNFLEET_WATCH",
} as const;

/** Variables of home's aggregate alone; apart, so that no other function carries them. */
export const DEAD_MAN_ENV = {
  /** The secret with the URL that is told when a run went well, on one machine also the URL itself; absent: none. */
  place: "SYNFLEET_DEAD_MAN",
  /** How that URL is asked; absent: GET. */
  method: "SYNFLEET_DEAD_MAN_METHOD",
} as const;

/** On one machine, whose owner also writes the tasks: each secret may be read, and files too. */
export const ANY_SECRET = "any";

/** Variables of the SDK's own: where the services are that keep secrets, by the beginning of a reference. */
export const SECRET_ENDPOINTS = {
  secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
  ssm: "AWS_ENDPOINT_URL_SSM",
} as const;

/** A variable of the SDK's own: where SQS is, if not at its usual place. */
export const SQS_ENDPOINT = "AWS_ENDPOINT_URL_SQS";

/** A variable of the SDK's own: where S3 is, if not at its usual place. */
export const S3_ENDPOINT = "AWS_ENDPOINT_URL_S3";

/**
 * When Lambda ends a function. A probe may begin 30 s before its lease term of 60 s; it needs a timeout
 * of 60 s too, and the time to store the last results. The others end before the next minute's run begins.
 */
export const FUNCTION_TIMEOUT_SECONDS = {
  plan: 50,
  probe: 180,
  aggregate: 50,
  publish: 50,
} as const;

/** How long results are stored unless the deployment says otherwise. */
export const DEFAULT_RESULT_DAYS = 30;

/** How long minutes are stored as items of their own, and boards, unless the deployment says otherwise. */
export const DEFAULT_MINUTE_DAYS = 3;

/** How long summaries are stored, packed by the hour, and events, unless the deployment says otherwise. */
export const DEFAULT_SUMMARY_DAYS = 90;

/** How long days are stored unless the deployment says otherwise. */
export const DEFAULT_DAY_DAYS = 1_095;

/** For how many tasks a fleet is made if it is not said. */
export const DEFAULT_EXPECTED_TASKS = 100;

/** How often they are checked if it is not said. */
export const DEFAULT_EXPECTED_SCHEDULE_SECONDS = 60;

/** The time server that a deployment's probes ask unless it says otherwise. */
export const DEFAULT_CLOCK_SERVER = "time.aws.com";

/** How far a region's clock may be off unless the deployment says otherwise. */
export const DEFAULT_CLOCK_THRESHOLD_MS = 1_000;

/**
 * How a deployment watches the fleet. `lean`: by metrics that are free, by what home judges itself, and
 * by saved queries over the log. `full`: by metrics of its own, which cost, with alarms and a dashboard.
 */
export type WatchMode = "lean" | "full";

/** How a deployment watches the fleet unless it says otherwise. */
export const DEFAULT_WATCH: WatchMode = "lean";

/**
 * DynamoDB's class of the summaries' table: Standard, or Standard-IA, which stores for less and takes
 * more for each read and write.
 */
export type SummaryClass = "standard" | "infrequent";

/** How the reads and writes of a table are billed: each of them, or by the hour for so many a second. */
export type CapacityMode = "on-demand" | "provisioned";

/** Channels inside one process on which results, when they are complete and when they are stored, and written summaries are published. */
export const CHANNELS = {
  result: "synfleet:result",
  stored: "synfleet:stored",
  summary: "synfleet:summary",
} as const;

/** CloudWatch namespace of the fleet's own metrics; dimensions are `Fleet` and `Region`, never a task. */
export const METRIC_NAMESPACE = "Synfleet";

/** Names of the metrics that functions log and alarms watch, by function; those of `clock` only where a server is asked. */
export const METRICS = {
  probe: {
    attempts: "Attempts",
    failures: "Failures",
    missed: "Missed",
    slotLagMs: "SlotLagMs",
    openSocketsPeak: "OpenSocketsPeak",
    planAgeMs: "PlanAgeMs",
    lateFlushes: "LateFlushes",
    stalls: "Stalls",
    remeasured: "Remeasured",
    suspect: "Suspect",
    coldStarts: "ColdStarts",
    pacingDebtMs: "PacingDebtMs",
  },
  plan: {
    tasks: "Tasks",
    invalidTasks: "InvalidTasks",
    unsupportedTasks: "UnsupportedTasks",
    overfullShards: "OverfullShards",
    regionsFailed: "RegionsFailed",
    planRefused: "PlanRefused",
  },
  aggregate: {
    windows: "Windows",
    windowLagMs: "WindowLagMs",
    regionsMissing: "RegionsMissing",
    outboxDepth: "OutboxDepth",
    outboxAgeMs: "OutboxAgeMs",
    lateChunks: "LateChunks",
    damagedChunks: "DamagedChunks",
  },
  clock: {
    offsetMs: "ClockOffsetMs",
    stabilityMs: "ClockStabilityMs",
    jitterMs: "ClockJitterMs",
    answeredPercent: "ClockAnsweredPercent",
  },
} as const;

/** Metrics that are logged only while they are above zero: CloudWatch bills the hours with data. */
export const RARE_METRICS = {
  tasksSetAside: "TasksSetAside",
  sentBytes: "SentBytes",
  receivedBytes: "ReceivedBytes",
  sentMessages: "SentMessages",
  receivedMessages: "ReceivedMessages",
  heldConnectionsPeak: "HeldConnectionsPeak",
} as const;
