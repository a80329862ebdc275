import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_RESULT_DAYS, ENV, homeTableName, regionTableName } from "../../shared/contract.ts";
import { type Fleet, parseFleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import {
  createDynamoDbClient,
  createPlanStore,
  createTaskStatusStore,
  createTaskStore,
} from "../adapters/dynamodb/dynamodb.ts";
import { createEventBridgeClient, createEventBus } from "../adapters/eventbridge/eventbridge.ts";
import { logInvocation } from "../adapters/lambda/lambda.ts";
import { BundleCache } from "../bundle-cache.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import { type Environment, readCount, readEnvironment } from "../read-environment.ts";
import type { PlanServices } from "./services.ts";

/** The services as the deployment equips them; throws if a variable is missing or wrong. */
export function connectServices(environment: Environment): PlanServices {
  const { bus, ...texts } = readEnvironment(environment, {
    fleet: ENV.fleet,
    home: ENV.home,
    regions: ENV.regions,
    bus: ENV.bus,
  });
  const fleet = parseFleet(texts);
  const plans = openPlans(fleet);
  const client = createDynamoDbClient(fleet.home);
  return {
    fleet,
    resultDays: readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS),
    now: Date.now,
    tasks: createTaskStore({ client, table: homeTableName(fleet.name, "tasks"), sleep }),
    statuses: createTaskStatusStore({ client, table: homeTableName(fleet.name, "task-status") }),
    plansOf: (region) => plansIn(plans, region),
    bundles: new BundleCache(),
    bus: createEventBus(createEventBridgeClient(fleet.home), bus),
    log: (line) => logInvocation({ function: "plan", region: fleet.home, ...line }),
  };
}

function openPlans(fleet: Fleet): ReadonlyMap<RegionName, PlanStore> {
  return new Map(
    fleet.regions.map(({ name: region }) => {
      const client = createDynamoDbClient(region);
      const table = regionTableName(fleet.name, "plans", region);
      return [region, createPlanStore({ client, table, now: Date.now })];
    }),
  );
}

function plansIn(plans: ReadonlyMap<RegionName, PlanStore>, region: RegionName): PlanStore {
  const store = plans.get(region);
  if (store === undefined) throw new Error(`Region ${region} is not in the fleet`);
  return store;
}
