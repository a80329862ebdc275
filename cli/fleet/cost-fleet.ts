import {
  DEFAULT_CLOCK_SERVER,
  DEFAULT_DAY_DAYS,
  DEFAULT_MINUTE_DAYS,
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
} from "../../shared/contract.ts";
import type { CostFleet } from "../../shared/cost/cost.ts";
import type { Fleet, FleetRegion } from "../../shared/plan/plan.ts";
import type { Call } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { textOption } from "../command/read-option.ts";
import { checkFleet, parseRegions } from "./fleet-options.ts";
import { listedSecrets, readCdkFleet, readCdkJson } from "./read-cdk-fleet.ts";

// The defaults of a deployment.
const DEPLOYED = {
  memoryMb: 256,
  resultDays: DEFAULT_RESULT_DAYS,
  minuteDays: DEFAULT_MINUTE_DAYS,
  summaryDays: DEFAULT_SUMMARY_DAYS,
  dayDays: DEFAULT_DAY_DAYS,
  logDays: 30,
} as const;

/**
 * The fleet to price: the regions of `--regions`, else those of the project's `cdk.json`, else those
 * of the stored fleet. Throws UsageError if none of them has regions.
 */
export function costFleetOf(call: Call, stored: Fleet | null): CostFleet {
  const cdkJson = readCdkJson(call.io.cwd);
  const described = readCdkFleet(cdkJson);
  const listed = textOption(call, "regions");
  const regions = listed === null ? (described?.regions ?? stored?.regions) : parseRegions(listed);
  const [first] = regions ?? [];
  if (regions === undefined || first === undefined) {
    throw new UsageError(
      "cost needs --regions where no cdk.json here has them in its context key fleet.",
    );
  }
  const settings = settingsOf(cdkJson);
  const home = textOption(call, "home") ?? described?.home ?? stored?.home ?? first.name;
  checkFleet({ name: described?.name ?? stored?.name ?? "cost", home, regions });
  return {
    home,
    regions: regions.map((region) => withMemory(region, settings)),
    resultDays: numberOr(settings.resultDays, DEPLOYED.resultDays),
    minuteDays: numberOr(settings.minuteDays, DEPLOYED.minuteDays),
    summaryDays: numberOr(settings.summaryDays, DEPLOYED.summaryDays),
    dayDays: numberOr(settings.dayDays, DEPLOYED.dayDays),
    logDays: numberOr(settings.logDays, DEPLOYED.logDays),
    clockServer: clockServerOf(settings),
    secrets: listedSecrets(cdkJson) ?? [],
    hasStatusPage: (settings.statusPage ?? false) !== false,
  };
}

type Fields = Readonly<Record<string, unknown>>;

/** Context key `fleet` of `cdk.json`; a deployment checks it in full. */
function settingsOf(cdkJson: unknown): Fields {
  return fieldsOf(fieldsOf(fieldsOf(cdkJson).context).fleet);
}

function clockServerOf({ clockServer }: Fields): string | null {
  if (clockServer === "off") return null;
  return typeof clockServer === "string" ? clockServer : DEFAULT_CLOCK_SERVER;
}

function withMemory({ name, shards }: FleetRegion, { regions }: Fields) {
  const listed = Array.isArray(regions) ? regions.map(fieldsOf) : [];
  const own = listed.find((region) => region.name === name);
  return { name, shards, memoryMb: numberOr(own?.memoryMb, DEPLOYED.memoryMb) };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}
