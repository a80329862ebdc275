import { channel } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { parseClockServer } from "../../shared/clock/clock.ts";
import { CHANNELS, DEFAULT_RESULT_DAYS, ENV, SQS_ENDPOINT } from "../../shared/contract.ts";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import { printHint } from "../../shared/request/request.ts";
import { DAY_MS, type RegionName } from "../../shared/units.ts";
import { addressRules, parseCidrs } from "../../shared/vet/vet.ts";
import {
  createDynamoDbClient,
  openBurstStore,
  openRegionStores,
} from "../adapters/dynamodb/dynamodb.ts";
import { logInvocation, openInvoker } from "../adapters/lambda/lambda.ts";
import { SignedSender } from "../adapters/signed-request/signed-request.ts";
import { createBurstQueue } from "../adapters/sqs/sqs.ts";
import {
  type Environment,
  EnvironmentError,
  readCount,
  readEnvironment,
} from "../read-environment.ts";
import { StartPacer } from "./admit/admit.ts";
import type { Network } from "./check/check.ts";
import { createDnsClient, createHostResolver, parseHosts } from "./dns/dns.ts";
import { HeldConnections } from "./holding/holding.ts";
import { lateSecrets } from "./late-secrets.ts";
import { coldState, type ProbeServices } from "./lease/lease.ts";
import { createProbers } from "./probers/probers.ts";
import { createConnect, type Dial, leanestDial } from "./socket/socket.ts";
import { LateClockWatch } from "./sync/sync.ts";
import {
  type HandshakeClock,
  loadKernelClock,
  type StallWatch,
  systemClock,
  userClock,
  WATCHES,
  type Watch,
} from "./timing/timing.ts";

/** Lambda sets it; one machine has a whole CPU to give. */
const MEMORY_VARIABLE = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
const WHOLE_CPU_MB = 1_769;

/** How this machine connects and times its connects. */
export interface NetworkSetup {
  readonly dial: Dial;
  readonly clock: HandshakeClock;
  /** How closely the process must watch itself for the figures of that clock. */
  readonly watch: Watch;
}

/** Loads the best that this machine has; made once in a process, on the cold start, so that no check waits. */
export function loadNetworkSetup(): NetworkSetup {
  const kernelClock = loadKernelClock();
  const watch = kernelClock === null ? WATCHES.user : WATCHES.kernel;
  return { dial: leanestDial(), clock: kernelClock ?? userClock, watch };
}

/** Makes the probe's services by the environment; throws if a variable is missing or wrong. */
export function connectServices(environment: Environment, stop: AbortSignal): ProbeServices {
  const { fleet, region } = readEnvironment(environment, {
    fleet: ENV.fleet,
    region: "AWS_REGION",
  });
  const client = createDynamoDbClient(region);
  const keepMs = readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS) * DAY_MS;
  const { now, monotonic } = systemClock;
  const stores = { client, fleet, region, now };
  const { plans, leases, chunks } = openRegionStores({ ...stores, keepMs });
  const memoryMb = readCount(environment, MEMORY_VARIABLE, WHOLE_CPU_MB);
  const setup = loadNetworkSetup();
  const startsPerSecond = startsPerSecondFor(memoryMb);
  const pacer = new StartPacer(systemClock, startsPerSecond, setup.watch);
  const isAlwaysOn = environment[ENV.alwaysOn] === "true";
  const hasIpv6Route = environment[ENV.ipv6] === "true";
  return {
    region,
    plans,
    leases,
    results: chunks,
    clock: systemClock,
    openNetwork: () => openNetwork(setup, { stalls: pacer.stalls, startsPerSecond, hasIpv6Route }),
    pacer,
    ...clockWatchOf(environment),
    ...burstsOf(environment, stores),
    probers: createProbers({
      secrets: lateSecrets({ region, environment, monotonic, sender: new SignedSender() }),
    }),
    held: new HeldConnections({ clock: systemClock, stop, isAlwaysOn }),
    rules: addressRules(parseCidrs(environment[ENV.allowedCidrs] ?? "")),
    hasIpv6Route,
    stop,
    warm: coldState(),
    announce: announceOn(CHANNELS.result, region),
    announceStored: announceOn(CHANNELS.stored, region),
    hint: connectHint(environment, fleet),
    log: logInvocation,
  };
}

/** Sends no hint where the deployment switched them off, or does not say where home is. */
function connectHint(environment: Environment, fleet: string): ProbeServices["hint"] {
  const region = environment[ENV.home];
  const invoker = openInvoker(fleet, environment);
  if (!region || invoker === null) return async () => undefined;
  return (hint) => invoker.invoke({ region, function: "aggregate" }, printHint(hint));
}

/** None where no queue is deployed: the probe then waits for its next burst. */
function burstsOf(
  environment: Environment,
  stores: Parameters<typeof openBurstStore>[0],
): Pick<ProbeServices, "bursts"> {
  const queueUrl = environment[ENV.burstQueue];
  if (!queueUrl) return {};
  const endpoint = environment[SQS_ENDPOINT];
  const { region } = stores;
  const queue = createBurstQueue({ region, queueUrl, endpoint, sender: new SignedSender() });
  return { bursts: { ...queue, ...openBurstStore(stores) } };
}

/** None if the deployment names no time server, as on one machine. */
function clockWatchOf(environment: Environment): Pick<ProbeServices, "clockWatch"> {
  const text = environment[ENV.clockServer];
  if (!text) return {};
  const server = parseClockServer(text);
  if (server === null)
    throw new EnvironmentError(`${ENV.clockServer} must be host or host:port, is "${text}"`);
  return { clockWatch: new LateClockWatch({ server, clock: systemClock }) };
}

function announceOn(name: string, region: RegionName): ProbeServices["announce"] {
  const results = channel(name);
  return (task, result) => {
    if (results.hasSubscribers) results.publish({ region, task, result });
  };
}

/** What the network of an invocation takes from its function. */
export interface NetworkUse {
  readonly stalls: StallWatch;
  readonly startsPerSecond: number;
  readonly hasIpv6Route: boolean;
}

/** Opens real sockets and asks the system's own name servers and hosts file, as they are at this moment. */
export function openNetwork(setup: NetworkSetup, { stalls, ...use }: NetworkUse): Network {
  const dns = createDnsClient();
  const hosts = parseHosts(readHosts());
  const { resolve, close } = createHostResolver({ dns, hosts, clock: systemClock, ...use });
  return {
    resolve,
    connect: createConnect({ dial: setup.dial, clock: setup.clock, stalls }),
    close,
  };
}

// Not every machine has one; then there are no names in it.
function readHosts(): string {
  try {
    return readFileSync("/etc/hosts", "utf8");
  } catch {
    return "";
  }
}
