import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CHANNELS,
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
  ENV,
  homeTableName,
  regionTableName,
} from "../../shared/contract.ts";
import { parseFleet } from "../../shared/plan/plan.ts";
import { DAY_MS, type RegionName } from "../../shared/units.ts";
import {
  createAlertStore,
  createChunkStore,
  createDynamoDbClient,
  createLeaseStore,
  createPlanStore,
  createSummaryStore,
} from "../adapters/dynamodb/dynamodb.ts";
import { createEventBridgeClient, createEventBus } from "../adapters/eventbridge/eventbridge.ts";
import { logInvocation } from "../adapters/lambda/lambda.ts";
import { BundleCache } from "../bundle-cache.ts";
import { type Environment, readCount, readEnvironment } from "../read-environment.ts";
import { readAlertDefaults } from "./judge/judge.ts";
import type { AggregateServices, RegionStores } from "./services/services.ts";

/** The services as the deployment equips them; throws if a variable is missing or wrong. */
export function connectServices(environment: Environment): AggregateServices {
  const { bus, ...texts } = readEnvironment(environment, {
    fleet: ENV.fleet,
    home: ENV.home,
    regions: ENV.regions,
    bus: ENV.bus,
  });
  const fleet = parseFleet(texts);
  const now = Date.now;
  const keepMs = readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS) * DAY_MS;
  const summaryMs = readCount(environment, ENV.summaryDays, DEFAULT_SUMMARY_DAYS) * DAY_MS;
  const home = { client: createDynamoDbClient(fleet.home), now, sleep, keepMs: summaryMs };
  const summaries = channel(CHANNELS.summary);
  return {
    fleet,
    alertDefaults: readAlertDefaults(environment),
    now,
    sleep,
    newHolder: randomUUID,
    regions: new Map(
      fleet.regions.map(({ name }) => {
        const client = createDynamoDbClient(name);
        return [name, openRegion(client, { fleet: fleet.name, region: name, keepMs })];
      }),
    ),
    bundles: new BundleCache(),
    summaries: createSummaryStore({ ...home, table: homeTableName(fleet.name, "summaries") }),
    alerts: createAlertStore({ ...home, table: homeTableName(fleet.name, "alerts") }),
    bus: createEventBus(createEventBridgeClient(fleet.home), bus),
    announce: (summary) => summaries.publish(summary),
    log: (line) => logInvocation({ function: "aggregate", region: fleet.home, ...line }),
  };
}

interface RegionPlace {
  readonly fleet: string;
  readonly region: RegionName;
  readonly keepMs: number;
}

function openRegion(client: DynamoDBClient, { fleet, region, keepMs }: RegionPlace): RegionStores {
  const now = Date.now;
  const results = regionTableName(fleet, "results", region);
  return {
    plans: createPlanStore({ client, table: regionTableName(fleet, "plans", region), now }),
    leases: createLeaseStore(client, results),
    chunks: createChunkStore({ client, table: results, now, keepMs }),
  };
}
