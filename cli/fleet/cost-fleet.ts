import { DEFAULT_CLOCK_SERVER, DEFAULT_WATCH, type WatchMode } from "../../shared/contract.ts";
import { type CostFleet, DEPLOYED } from "../../shared/cost/cost.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { Task } from "../../shared/task/task.ts";
import type { Call } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { textOption } from "../command/read-option.ts";
import { costRegionsOf } from "./cost-regions.ts";
import { checkFleet } from "./fleet-options.ts";
import { listedSecrets, readCdkFleet, readCdkJson } from "./read-cdk-fleet.ts";

/** The tasks to price, and the fleet that has them stored; null if none has. */
interface PricedTasks {
  readonly tasks: readonly Task[];
  readonly fleet: Fleet | null;
}

/**
 * The fleet to price: the regions of `--regions`, else those of the project's `cdk.json`, else those
 * of the stored fleet, each of the size that these tasks need where none is given. Throws UsageError
 * if none of them has regions.
 */
export function costFleetOf(call: Call, { tasks, fleet: stored }: PricedTasks): CostFleet {
  const cdkJson = readCdkJson(call.io.cwd);
  const described = readCdkFleet(cdkJson);
  const regions = costRegionsOf({ listed: textOption(call, "regions"), cdkJson, stored }, tasks);
  const [first] = regions;
  if (first === undefined) {
    throw new UsageError(
      "cost needs --regions where no cdk.json here has them in its context key fleet.",
    );
  }
  const settings = settingsOf(cdkJson);
  const home = textOption(call, "home") ?? described?.home ?? stored?.home ?? first.name;
  const name = described?.name ?? stored?.name ?? "cost";
  checkFleet({ name, home, regions: regions.map((own) => ({ ...own, vpc: false, ipv6: false })) });
  return {
    home,
    regions,
    resultDays: numberOr(settings.resultDays, DEPLOYED.resultDays),
    minuteDays: numberOr(settings.minuteDays, DEPLOYED.minuteDays),
    summaryDays: numberOr(settings.summaryDays, DEPLOYED.summaryDays),
    dayDays: numberOr(settings.dayDays, DEPLOYED.dayDays),
    summaryClass: summaryClassOf(settings),
    capacityMode: capacityModeOf(settings),
    logDays: numberOr(settings.logDays, DEPLOYED.logDays),
    watch: watchOf(settings),
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

function summaryClassOf({ summaryClass }: Fields): CostFleet["summaryClass"] {
  return summaryClass === "standard" || summaryClass === "infrequent" ? summaryClass : "auto";
}

function capacityModeOf({ capacityMode }: Fields): NonNullable<CostFleet["capacityMode"]> {
  return capacityMode === "on-demand" || capacityMode === "provisioned" ? capacityMode : "auto";
}

function watchOf({ watch }: Fields): WatchMode {
  return watch === "lean" || watch === "full" ? watch : DEFAULT_WATCH;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}
