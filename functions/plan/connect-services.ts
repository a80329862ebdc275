import { DEFAULT_RESULT_DAYS, ENV } from "../../shared/contract.ts";
import { awsRegionOf, type Fleet, knownRegions, parseFleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import {
  createDynamoDbClient,
  openRegionStores,
  openTaskStores,
} from "../adapters/dynamodb/dynamodb.ts";
import { createEventBridgeClient, createEventBus } from "../adapters/eventbridge/eventbridge.ts";
import { logInvocation } from "../adapters/lambda/lambda.ts";
import { BundleCache } from "../bundle-cache.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { probeDefaults, readAlertDefaults } from "../read-alert-defaults.ts";
import { type Environment, readCount, readEnvironment } from "../read-environment.ts";
import type { PlanServices } from "./services.ts";

/** Connects the services by the environment; throws if a variable is missing or wrong. */
export function connectServices(environment: Environment): PlanServices {
  const { bus, ...texts } = readEnvironment(environment, {
    fleet: ENV.fleet,
    home: ENV.home,
    regions: ENV.regions,
    bus: ENV.bus,
  });
  const fleet = parseFleet({
    ...texts,
    rateLimit: environment[ENV.rateLimit],
    secrets: environment[ENV.secrets] ?? "",
  });
  const resultDays = readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS);
  const client = createDynamoDbClient(fleet.home);
  const { tasks, settings, statuses } = openTaskStores({ client, fleet: fleet.name });
  const plans = openPlans(fleet);
  return {
    fleet,
    resultDays,
    alertDefaults: probeDefaults(readAlertDefaults(environment)),
    now: Date.now,
    tasks,
    settings,
    statuses,
    plansOf: (region) => plansIn(plans, region),
    bundles: new BundleCache(),
    bus: createEventBus(createEventBridgeClient(fleet.home), bus),
    log: (line) => logInvocation({ function: "plan", region: fleet.home, ...line }),
  };
}

function openPlans(fleet: Fleet): ReadonlyMap<RegionName, PlanStore> {
  return new Map(
    knownRegions(fleet).map((region) => {
      const client = createDynamoDbClient(awsRegionOf(fleet, region));
      return [region, openRegionStores({ client, fleet: fleet.name, region }).plans];
    }),
  );
}

function plansIn(plans: ReadonlyMap<RegionName, PlanStore>, region: RegionName): PlanStore {
  const store = plans.get(region);
  if (store === undefined) throw new Error(`Region ${region} is not in the fleet`);
  return store;
}
