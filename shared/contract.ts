import type { RegionName } from "./units.ts";

/** Names that infrastructure and run time share. Changing one is a migration. */

export const EVENT_SOURCE = "synfleet";

export const DETAIL_TYPES = {
  stateChange: "TCP Probe Alert State Change",
  regionAdvisory: "TCP Probe Region Advisory",
  taskRejected: "TCP Probe Task Rejected",
  heartbeat: "Probe Fleet Heartbeat",
} as const;

export type DetailType = (typeof DETAIL_TYPES)[keyof typeof DETAIL_TYPES];

/** Tables of the home region, one each. */
export type HomeTable = "tasks" | "task-status" | "summaries" | "alerts";

/** Tables that every probing region has. */
export type RegionTable = "plans" | "results";

/** `<fleet>-<table>`: there is one home. */
export function homeTableName(fleet: string, table: HomeTable): string {
  return `${fleet}-${table}`;
}

/** `<fleet>-<table>-<region>`: known without asking the other region. */
export function regionTableName(fleet: string, table: RegionTable, region: RegionName): string {
  return `${fleet}-${table}-${region}`;
}

/** The event bus of a fleet, in its home region. */
export function busName(fleet: string): string {
  return fleet;
}

/** Key attributes by table: partition key, then sort key where there is one. All are strings. */
export const TABLE_KEYS: Readonly<Record<HomeTable | RegionTable, readonly string[]>> = {
  tasks: ["name"],
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
  /** `true` where the function has an IPv6 route. */
  ipv6: "SYNFLEET_IPV6",
  /** JSON: alert defaults of the fleet over the seeds'. */
  alertDefaults: "SYNFLEET_ALERT_DEFAULTS",
  resultDays: "SYNFLEET_RESULT_DAYS",
  summaryDays: "SYNFLEET_SUMMARY_DAYS",
  bus: "SYNFLEET_BUS",
} as const;

/**
 * When Lambda ends a function. A probe has a cover of 60 s, a time-out of 60 s, and what it takes to
 * store the last results. The other two end before the next minute's run begins.
 */
export const FUNCTION_TIMEOUT_SECONDS = { plan: 50, probe: 150, aggregate: 50 } as const;

export const DEFAULT_RESULT_DAYS = 30;
export const DEFAULT_SUMMARY_DAYS = 90;

/** Where completed results and written summaries are announced inside one process. */
export const CHANNELS = {
  result: "synfleet:result",
  summary: "synfleet:summary",
} as const;

/** CloudWatch namespace of the fleet's own metrics; dimensions are `Fleet` and `Region`, never a task. */
export const METRIC_NAMESPACE = "Synfleet";

/** Names of the metrics that functions log and alarms watch, by function. */
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
} as const;
