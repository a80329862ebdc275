import { readFileSync } from "node:fs";
import { DEFAULT_RESULT_DAYS, ENV, regionTableName } from "../../shared/contract.ts";
import { startsPerSecondFor } from "../../shared/pace.ts";
import { DAY_MS } from "../../shared/units.ts";
import { createChunkStore } from "../adapters/chunk-store.ts";
import { createDynamoDbClient } from "../adapters/dynamodb-client.ts";
import { logInvocation } from "../adapters/invocation-log.ts";
import { createLeaseStore } from "../adapters/lease-store.ts";
import { createPlanStore } from "../adapters/plan-store.ts";
import { type Environment, readCount, readEnvironment } from "../read-environment.ts";
import { systemClock } from "./clock.ts";
import { createConnect } from "./connect-target.ts";
import { userClock } from "./handshake-clock.ts";
import { loadKernelClock } from "./kernel-clock.ts";
import type { Network, Outside } from "./outside.ts";
import { StartPacer } from "./pace-starts.ts";
import { parseHosts } from "./parse-hosts.ts";
import { createDnsClient } from "./query-dns.ts";
import { createResolveHost } from "./resolve-host.ts";
import { addressRules, parseCidrs } from "./vet-address.ts";
import { coldState } from "./warm-state.ts";
import { type StallWatch, WATCHES } from "./watch-stalls.ts";

/** Lambda sets it; one machine has a whole CPU to give. */
const MEMORY_VARIABLE = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
const WHOLE_CPU_MB = 1_769;

/** Loaded on the cold start, so that no check waits for it. */
const kernelClock = loadKernelClock();

/** How closely the process must watch itself for the figures that its clock gives. */
export const watch = kernelClock === null ? WATCHES.user : WATCHES.kernel;

/** The probe's outside as the environment equips it. */
export function buildOutside(environment: Environment, stop: AbortSignal): Outside {
  const { fleet, region } = readEnvironment(environment, {
    fleet: ENV.fleet,
    region: "AWS_REGION",
  });
  const client = createDynamoDbClient(region);
  const now = systemClock.now;
  const resultsTable = regionTableName(fleet, "results", region);
  const keepMs = readCount(environment, ENV.resultDays, DEFAULT_RESULT_DAYS) * DAY_MS;
  const memoryMb = readCount(environment, MEMORY_VARIABLE, WHOLE_CPU_MB);
  const pacer = new StartPacer(systemClock, startsPerSecondFor(memoryMb), watch);
  return {
    region,
    plans: createPlanStore({ client, table: regionTableName(fleet, "plans", region), now }),
    leases: createLeaseStore(client, resultsTable),
    results: createChunkStore({ client, table: resultsTable, now, keepMs }),
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
