import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CHANNELS,
  DEFAULT_CLOCK_THRESHOLD_MS,
  DEFAULT_DAY_DAYS,
  DEFAULT_MINUTE_DAYS,
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
  ENV,
} from "../../shared/contract.ts";
import { awsRegionOf, parseFleet } from "../../shared/plan/plan.ts";
import { DAY_MS, type DurationMs, MINUTE_MS } from "../../shared/units.ts";
import {
  createDynamoDbClient,
  openHomeStores,
  openRegionStores,
} from "../adapters/dynamodb/dynamodb.ts";
import { createEventBridgeClient, createEventBus } from "../adapters/eventbridge/eventbridge.ts";
import { logInvocation, openInvoker } from "../adapters/lambda/lambda.ts";
import { BundleCache } from "../bundle-cache.ts";
import { readAlertDefaults, readSettingDefaults } from "../read-alert-defaults.ts";
import { type Environment, readCount, readEnvironment } from "../read-environment.ts";
import { lateDeadMan } from "./late-dead-man.ts";
import type { AggregateServices } from "./services/services.ts";

/** A function that was deployed over ends within its timeout; whatever it left is known a minute later. */
const OVERLAP_MS: DurationMs = 3 * MINUTE_MS;

/** Connects the services that the environment names; throws if a variable is missing or wrong. */
export function connectServices(environment: Environment): AggregateServices {
  const { bus, ...texts } = readEnvironment(environment, {
    fleet: ENV.fleet,
    home: ENV.home,
    regions: ENV.regions,
    bus: ENV.bus,
  });
  const fleet = parseFleet(texts);
  const keepMs = readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS) * DAY_MS;
  const summaryMs = readCount(environment, ENV.summaryDays, DEFAULT_SUMMARY_DAYS) * DAY_MS;
  const client = createDynamoDbClient(fleet.home);
  const room = { untilMs: Number.POSITIVE_INFINITY };
  const { requestHandler } = client.config;
  const leftMs = () => room.untilMs - Date.now();
  const minuteMs = readCount(environment, ENV.minuteDays, DEFAULT_MINUTE_DAYS) * DAY_MS;
  const home = openHomeStores({
    ...{ client, fleet: fleet.name, keepMs: summaryMs },
    summaryClient: createDynamoDbClient(fleet.home, { requestHandler }, { leftMs }),
    minuteMs,
    dayMs: readCount(environment, ENV.dayDays, DEFAULT_DAY_DAYS) * DAY_MS,
  });
  const announced = channel(CHANNELS.summary);
  const bundles = new BundleCache();
  return {
    fleet,
    alertDefaults: readAlertDefaults(environment),
    settingDefaults: readSettingDefaults(environment),
    clockThresholdMs: readCount(environment, ENV.clockThresholdMs, DEFAULT_CLOCK_THRESHOLD_MS),
    now: Date.now,
    aloneFromMs: Date.now() + OVERLAP_MS,
    sleep,
    newHolder: randomUUID,
    regions: new Map(
      fleet.regions.map(({ name: region }) => {
        const client = createDynamoDbClient(awsRegionOf(fleet, region));
        return [region, openRegionStores({ client, fleet: fleet.name, region, keepMs, bundles })];
      }),
    ),
    bundles,
    toldAside: new Set(),
    ...home,
    waitForRoomUntil: (untilMs) => {
      room.untilMs = untilMs;
    },
    minuteMs,
    bus: createEventBus(createEventBridgeClient(fleet.home), bus),
    invoker: openInvoker(fleet.name, environment),
    deadMan: lateDeadMan(environment, fleet.home),
    announce: (summary) => announced.publish(summary),
    log: (line) => logInvocation({ function: "aggregate", region: fleet.home, ...line }),
    logTurn: (turn) =>
      logInvocation({ function: "aggregate", region: fleet.home, metrics: {}, ...turn }),
  };
}
