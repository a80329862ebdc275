import {
  ANY_SECRET,
  busName,
  DEAD_MAN_ENV,
  ENV,
  type FunctionName,
  SECRET_ENDPOINTS,
} from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import type { RegionName } from "../../shared/units.ts";
import type { LocalEndpoints } from "../aws/embedded-aws.ts";
import { NO_AWS_FILES } from "../aws/own-settings.ts";
import { localCredentials } from "../guard/access-key.ts";
import { FunctionWorker, type FunctionWorkerSetup } from "./function-worker.ts";

/** The functions of a fleet: one thread for home, and one for the probe shards of each region. */
export interface FleetWorkers {
  readonly home: FunctionWorker;
  readonly regions: ReadonlyMap<RegionName, FunctionWorker>;
  close(): Promise<void>;
}

/** What is called with the output and the announcements of the functions. */
export interface WorkerHooks
  extends Pick<FunctionWorkerSetup, "channels" | "onAnnounced" | "onOutput" | "warn"> {
  /** Whom home tells that the fleet runs; null or absent for nobody. */
  readonly deadMan?: string | null;
}

/** Starts all threads, but none for agents; resolves when every handler is loaded. */
export async function startFleetWorkers(
  fleet: Fleet,
  endpoints: LocalEndpoints,
  { deadMan, ...hooks }: WorkerHooks,
): Promise<FleetWorkers> {
  const start = (label: string, names: readonly FunctionName[], env: Record<string, string>) =>
    FunctionWorker.start({ label, names, env, ...hooks });
  const environmentIn = (region: RegionName) => functionEnvironment(fleet, region, endpoints);
  const own = fleet.regions.filter(({ agent }) => !agent);
  const [home, ...probes] = await Promise.all([
    start("The thread of plan and aggregate", ["plan", "aggregate"], {
      ...environmentIn(fleet.home),
      ...(deadMan && { [DEAD_MAN_ENV.place]: deadMan }),
    }),
    ...own.map(({ name }) => start(`The probe thread of ${name}`, ["probe"], environmentIn(name))),
  ]);
  const regions = new Map(own.flatMap(({ name }, i) => entryOf(name, probes[i])));
  return {
    home,
    regions,
    close: async () => {
      await Promise.all([home, ...probes].map((worker) => worker.close()));
    },
  };
}

function entryOf<K, V>(key: K, value: V | undefined): [K, V][] {
  return value === undefined ? [] : [[key, value]];
}

/** One full CPU on Lambda; the probe sets its pace by it. */
const MEMORY_MB = 1_769;

/**
 * The whole environment of a function. Of the user's environment it has only whether hints are off and
 * what is said of clocks and of where secrets are, so that neither credentials nor a profile can reach AWS.
 */
export function functionEnvironment(
  fleet: Fleet,
  region: RegionName,
  endpoints: LocalEndpoints,
): Record<string, string> {
  const credentials = localCredentials(endpoints.accessKey);
  const own = fleet.regions.find(({ name }) => name === region);
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...NO_AWS_FILES,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.database,
    AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.events,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.functions,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MEMORY_MB),
    [ENV.fleet]: fleet.name,
    [ENV.home]: fleet.home,
    [ENV.regions]: JSON.stringify(fleet.regions),
    [ENV.bus]: busName(fleet.name),
    ...(fleet.rateLimit && { [ENV.rateLimit]: JSON.stringify(fleet.rateLimit) }),
    ...(process.env[ENV.hints] === "off" && { [ENV.hints]: "off" }),
    ...passedOn(ENV.clockServer),
    ...passedOn(ENV.clockThresholdMs),
    [ENV.secrets]: ANY_SECRET,
    ...passedOn(SECRET_ENDPOINTS.secretsmanager),
    ...passedOn(SECRET_ENDPOINTS.ssm),
    [ENV.allowedCidrs]: (own?.allowedCidrs ?? []).join(","),
    [ENV.ipv6]: String(own?.ipv6 ?? false),
    ...(own?.alwaysOn && { [ENV.alwaysOn]: "true" }),
  };
}

function passedOn(name: string): Record<string, string> {
  const value = process.env[name];
  return value ? { [name]: value } : {};
}
