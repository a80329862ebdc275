import { readFileSync } from "node:fs";
import { DEFAULT_RESULT_DAYS, ENV } from "../../shared/contract.ts";
import { startsPerSecondFor } from "../../shared/plan/plan.ts";
import { DAY_MS } from "../../shared/units.ts";
import { createDynamoDbClient, openRegionStores } from "../adapters/dynamodb/dynamodb.ts";
import { logInvocation } from "../adapters/lambda/lambda.ts";
import { type Environment, readCount, readEnvironment } from "../read-environment.ts";
import { createDnsClient, createResolveHost, parseHosts } from "./dns/dns.ts";
import { coldState } from "./lease/lease.ts";
import { StartPacer } from "./pace/pace.ts";
import type { Network, ProbeServices } from "./services.ts";
import { createConnect } from "./socket/socket.ts";
import {
  loadKernelClock,
  type StallWatch,
  systemClock,
  userClock,
  WATCHES,
} from "./timing/timing.ts";
import { addressRules, parseCidrs } from "./vet/vet.ts";

/** Lambda sets it; one machine has a whole CPU to give. */
const MEMORY_VARIABLE = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
const WHOLE_CPU_MB = 1_769;

/** Loaded on the cold start, so that no check waits for it. */
const kernelClock = loadKernelClock();

/** How closely the process must watch itself for the figures that its clock gives. */
export const watch = kernelClock === null ? WATCHES.user : WATCHES.kernel;

/** The probe's services as the environment equips them. */
export function connectServices(environment: Environment, stop: AbortSignal): ProbeServices {
  const { fleet, region } = readEnvironment(environment, {
    fleet: ENV.fleet,
    region: "AWS_REGION",
  });
  const client = createDynamoDbClient(region);
  const keepMs = readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS) * DAY_MS;
  const { now } = systemClock;
  const { plans, leases, chunks } = openRegionStores({ client, fleet, region, keepMs, now });
  const memoryMb = readCount(environment, MEMORY_VARIABLE, WHOLE_CPU_MB);
  const pacer = new StartPacer(systemClock, startsPerSecondFor(memoryMb), watch);
  return {
    region,
    plans,
    leases,
    results: chunks,
    clock: systemClock,
    openNetwork: () => openNetwork(pacer.stalls),
    pacer,
    rules: addressRules(parseCidrs(environment[ENV.allowedCidrs] ?? "")),
    hasIpv6Route: environment[ENV.ipv6] === "true",
    stop,
    warm: coldState(),
    log: logInvocation,
  };
}

/** Real sockets and the system's own name servers and hosts file, as they are at this moment. */
export function openNetwork(stalls: StallWatch): Network {
  const dns = createDnsClient();
  const hosts = parseHosts(readHosts());
  return {
    resolve: createResolveHost({ dns, hosts, clock: systemClock }),
    connect: createConnect({ clock: kernelClock ?? userClock, stalls }),
    close: () => dns.cancel(),
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
