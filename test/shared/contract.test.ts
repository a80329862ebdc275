import assert from "node:assert/strict";
import { test } from "node:test";
import * as contract from "../../shared/contract.ts";

// Deployed functions, stored items, alarms and the rules of users rely on these values. A change
// here is a migration: it needs a release that reads both the old and the new value.

const VALUES = {
  EVENT_SOURCE: "synfleet",
  DETAIL_TYPES: {
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
  },
  TABLE_KEYS: {
    tasks: ["name"],
    settings: ["pk", "sk"],
    "task-status": ["name"],
    summaries: ["task_name", "period_start"],
    alerts: ["pk", "sk"],
    plans: ["pk"],
    results: ["pk", "sk"],
  },
  NUMBER_KEYS: ["period_start"],
  TTL_ATTRIBUTE: "expires_at",
  ENV: {
    fleet: "SYNFLEET_FLEET",
    home: "SYNFLEET_HOME",
    regions: "SYNFLEET_REGIONS",
    allowedCidrs: "SYNFLEET_ALLOWED_CIDRS",
    ipv6: "SYNFLEET_IPV6",
    alertDefaults: "SYNFLEET_ALERT_DEFAULTS",
    resultDays: "SYNFLEET_RESULT_DAYS",
    minuteDays: "SYNFLEET_MINUTE_DAYS",
    summaryDays: "SYNFLEET_SUMMARY_DAYS",
    dayDays: "SYNFLEET_DAY_DAYS",
    bus: "SYNFLEET_BUS",
    alwaysOn: "SYNFLEET_ALWAYS_ON",
    hints: "SYNFLEET_HINTS",
    clockServer: "SYNFLEET_CLOCK_SERVER",
    clockThresholdMs: "SYNFLEET_CLOCK_THRESHOLD_MS",
    rateLimit: "SYNFLEET_RATE_LIMIT",
    secrets: "SYNFLEET_SECRETS",
    burstQueue: "SYNFLEET_BURST_QUEUE",
    statusPage: "SYNFLEET_STATUS_PAGE",
    statusBucket: "SYNFLEET_STATUS_BUCKET",
    watch: "SYNFLEET_WATCH",
  },
  ANY_SECRET: "any",
  SECRET_ENDPOINTS: {
    secretsmanager: "AWS_ENDPOINT_URL_SECRETS_MANAGER",
    ssm: "AWS_ENDPOINT_URL_SSM",
  },
  DEAD_MAN_ENV: { place: "SYNFLEET_DEAD_MAN", method: "SYNFLEET_DEAD_MAN_METHOD" },
  S3_ENDPOINT: "AWS_ENDPOINT_URL_S3",
  SQS_ENDPOINT: "AWS_ENDPOINT_URL_SQS",
  FUNCTION_TIMEOUT_SECONDS: { plan: 50, probe: 180, aggregate: 50, publish: 50 },
  DEFAULT_RESULT_DAYS: 30,
  DEFAULT_SUMMARY_DAYS: 90,
  DEFAULT_MINUTE_DAYS: 3,
  DEFAULT_DAY_DAYS: 1_095,
  DEFAULT_CLOCK_SERVER: "time.aws.com",
  DEFAULT_CLOCK_THRESHOLD_MS: 1_000,
  DEFAULT_WATCH: "lean",
  DEFAULT_EXPECTED_TASKS: 100,
  DEFAULT_EXPECTED_SCHEDULE_SECONDS: 60,
  CHANNELS: { result: "synfleet:result", stored: "synfleet:stored", summary: "synfleet:summary" },
  METRIC_NAMESPACE: "Synfleet",
  METRICS: {
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
  },
  RARE_METRICS: {
    tasksSetAside: "TasksSetAside",
    sentBytes: "SentBytes",
    receivedBytes: "ReceivedBytes",
    sentMessages: "SentMessages",
    receivedMessages: "ReceivedMessages",
    heldConnectionsPeak: "HeldConnectionsPeak",
  },
};

test("contract has exactly the values that deployed fleets rely on", () => {
  const values = Object.entries(contract).filter(([, value]) => typeof value !== "function");
  assert.deepEqual(Object.fromEntries(values), VALUES);
});

test("contract names the home region's tables by fleet and table", () => {
  const names = (["tasks", "task-status", "summaries", "alerts"] as const).map((table) =>
    contract.homeTableName("prod", table),
  );
  assert.deepEqual(names, ["prod-tasks", "prod-task-status", "prod-summaries", "prod-alerts"]);
});

test("contract names a probing region's tables by fleet, table and region", () => {
  const names = (["plans", "results"] as const).map((table) =>
    contract.regionTableName("prod", table, "eu-west-1"),
  );
  assert.deepEqual(names, ["prod-plans-eu-west-1", "prod-results-eu-west-1"]);
});

test("contract names the bus as the fleet", () => {
  assert.equal(contract.busName("prod"), "prod");
});
