import { parseClockServer } from "../../shared/clock/clock.ts";
import {
  DEFAULT_CLOCK_SERVER,
  DEFAULT_CLOCK_THRESHOLD_MS,
  DEFAULT_DAY_DAYS,
  DEFAULT_EXPECTED_SCHEDULE_SECONDS,
  DEFAULT_EXPECTED_TASKS,
  DEFAULT_MINUTE_DAYS,
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
  DEFAULT_WATCH,
  type WatchMode,
} from "../../shared/contract.ts";
import { parseAlert } from "../../shared/health/rules/rules.ts";
import { problemSentence, type Report } from "../../shared/input/input.ts";
import { type RateLimit, readRateLimit } from "../../shared/task/task.ts";
import { HOUR_MS } from "../../shared/units.ts";
import { readBursts } from "./bursts.ts";
import { deadManProblems, readDeadMan } from "./dead-man-config.ts";
import type { FleetConfig, FleetOptions } from "./fleet-config.ts";
import {
  capacityProblems,
  demandOfExpected,
  environmentProblems,
  partitionProblems,
} from "./fleet-problems.ts";
import { readLocations } from "./location-config.ts";
import { LOG_DAYS } from "./log-retention.ts";
import {
  type ConfigReader,
  isObject,
  readBoolean,
  readCount,
  readerOf,
  readText,
  refuse,
} from "./read-config.ts";
import { readSecrets } from "./read-secrets.ts";
import { readRegionName, readRegions } from "./region-config.ts";
import { readStatusPage } from "./status-page-config.ts";
import { readCapacityMode } from "./steady-tables.ts";
import { readSummaryClass } from "./summary-class.ts";

const FLEET_FIELDS = [
  "name",
  "home",
  "regions",
  "locations",
  "alertDefaults",
  "alertEmail",
  "resultDays",
  "minuteDays",
  "summaryDays",
  "dayDays",
  "summaryClass",
  "capacityMode",
  "logDays",
  "watch",
  "clockServer",
  "clockThresholdMs",
  "rateLimit",
  "secrets",
  "secretKeys",
  "deadMan",
  "statusPage",
  "expectedTasks",
  "expectedScheduleSeconds",
  "bursts",
  "options",
];

const OPTION_FIELDS = [
  "terminationProtection",
  "hints",
  "eventArchive",
  "schemaRegistry",
  "customerManagedKey",
  "reservedConcurrency",
];

/** Home unless the fleet names another. */
const DEFAULT_HOME = "eu-west-1";

/** Thrown at synth; its message has every problem of the configuration, one a line. */
export class FleetConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      ["The fleet in cdk.json can't be deployed:", ...problems.map((p) => `  - ${p}`)].join("\n"),
    );
    this.name = "FleetConfigError";
    this.problems = problems;
  }
}

/** Reads the context key `fleet` of `cdk.json`; throws `FleetConfigError` with all its problems. */
export function parseFleetConfig(raw: unknown): FleetConfig {
  const reader = readerOf("fleet", raw, FLEET_FIELDS, []);
  const expected = readExpected(reader);
  const listed = readRegions(reader, demandOfExpected(expected));
  const config: FleetConfig = {
    name: readText(reader, "name", {
      pattern: /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/,
      rule: "3 to 32 lower-case letters, digits and hyphens, beginning with a letter",
      fallback: "synfleet",
    }),
    home: readRegionName(reader, "home", DEFAULT_HOME),
    regions: listed.filter(({ retired }) => !retired),
    retired: listed.filter(({ retired }) => retired === true),
    locations: readLocations(reader),
    alertDefaults: readAlertDefaults(reader),
    alertEmail: readEmail(reader),
    resultDays: readCount(reader, "resultDays", {
      least: 1,
      most: 3_650,
      fallback: DEFAULT_RESULT_DAYS,
    }),
    minuteDays: readCount(reader, "minuteDays", {
      least: 1,
      most: 90,
      fallback: DEFAULT_MINUTE_DAYS,
    }),
    summaryDays: readCount(reader, "summaryDays", {
      least: 1,
      most: 3_650,
      fallback: DEFAULT_SUMMARY_DAYS,
    }),
    dayDays: readCount(reader, "dayDays", { least: 1, most: 3_650, fallback: DEFAULT_DAY_DAYS }),
    summaryClass: readSummaryClass(reader),
    capacityMode: readCapacityMode(reader),
    logDays: readLogDays(reader),
    watch: readWatch(reader),
    clockServer: readClockServer(reader),
    rateLimit: readFleetRateLimit(reader),
    clockThresholdMs: readCount(reader, "clockThresholdMs", {
      least: 1,
      most: HOUR_MS,
      fallback: DEFAULT_CLOCK_THRESHOLD_MS,
    }),
    ...readSecrets(reader),
    deadMan: readDeadMan(reader),
    statusPage: readStatusPage(reader),
    ...expected,
    bursts: readBursts(reader),
    options: readOptions(reader),
  };
  reader.problems.push(
    ...retiredProblems(config),
    ...homeProblems(reader, config),
    ...partitionProblems(config, listed),
    ...capacityProblems(config, listed),
    ...environmentProblems(config),
    ...deadManProblems(config),
  );
  if (reader.problems.length > 0) throw new FleetConfigError(reader.problems);
  return config;
}

function readExpected(reader: ConfigReader) {
  return {
    expectedTasks: readCount(reader, "expectedTasks", {
      least: 1,
      most: 100_000,
      fallback: DEFAULT_EXPECTED_TASKS,
    }),
    expectedScheduleSeconds: readCount(reader, "expectedScheduleSeconds", {
      least: 1,
      most: 86_400,
      fallback: DEFAULT_EXPECTED_SCHEDULE_SECONDS,
    }),
  };
}

function retiredProblems({ regions, retired }: FleetConfig): string[] {
  if (regions.length > 0 || retired.length === 0) return [];
  return ["fleet.regions must have one that is not retired; to end the fleet, destroy its stacks"];
}

/** Tables of another region are not made for somebody who does not mention it. */
function homeProblems({ fields }: ConfigReader, config: FleetConfig): string[] {
  const names = [...config.regions, ...config.retired]
    .map(({ name }) => name)
    .filter((name) => name !== "");
  if (fields.home !== undefined || names.length === 0 || names.includes(DEFAULT_HOME)) return [];
  return [
    `fleet.home must be named: it is the region of tasks, summaries and alerts, and its default ${DEFAULT_HOME} is not one of fleet.regions; take one of them, such as ${names[0]}`,
  ];
}

function readAlertDefaults(reader: ConfigReader): Readonly<Record<string, unknown>> {
  const raw = reader.fields.alertDefaults;
  if (raw === undefined) return {};
  for (const problem of parseAlert(raw).problems ?? []) {
    const field = problem.field.replace(/^alert/, `${reader.path}.alertDefaults`);
    reader.problems.push(problemSentence({ ...problem, field }));
  }
  return isObject(raw) ? raw : {};
}

/** In the words of a task's `rate_limit`. */
function readFleetRateLimit({ fields, path, problems }: ConfigReader): RateLimit | null {
  const report: Report = (field, rule, value) => {
    const shown = field.replace(/^rate_limit/, `${path}.rateLimit`);
    problems.push(problemSentence({ file: null, task: null, field: shown, rule, value }));
  };
  return readRateLimit({ fields: { rate_limit: fields.rateLimit }, path: "", report }) ?? null;
}

function readEmail(reader: ConfigReader): string | null {
  const email = readText(reader, "alertEmail", {
    pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    rule: "an e-mail address",
    fallback: "",
  });
  return email === "" ? null : email;
}

function readLogDays(reader: ConfigReader): number {
  const days = readCount(reader, "logDays", { least: 1, most: 365, fallback: 30 });
  if (LOG_DAYS.includes(days)) return days;
  refuse(reader, "logDays", `one of ${LOG_DAYS.join(", ")}`, days);
  return days;
}

function readWatch(reader: ConfigReader): WatchMode {
  const mode = reader.fields.watch ?? DEFAULT_WATCH;
  if (mode === "lean" || mode === "full") return mode;
  refuse(reader, "watch", '"lean" or "full"', mode);
  return DEFAULT_WATCH;
}

const NO_CLOCK_SERVER = "off";

function readClockServer(reader: ConfigReader): string | null {
  const server = reader.fields.clockServer ?? DEFAULT_CLOCK_SERVER;
  if (server === NO_CLOCK_SERVER) return null;
  if (typeof server === "string" && parseClockServer(server) !== null) return server;
  refuse(reader, "clockServer", 'a host, host:port or "off"', server);
  return null;
}

function readOptions(reader: ConfigReader): FleetOptions {
  const raw = reader.fields.options ?? {};
  const options = readerOf("fleet.options", raw, OPTION_FIELDS, reader.problems);
  return {
    terminationProtection: readBoolean(options, "terminationProtection", false),
    hints: readBoolean(options, "hints", true),
    eventArchive: readBoolean(options, "eventArchive", false),
    schemaRegistry: readBoolean(options, "schemaRegistry", false),
    customerManagedKey: readBoolean(options, "customerManagedKey", false),
    reservedConcurrency: readBoolean(options, "reservedConcurrency", false),
  };
}
