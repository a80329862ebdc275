import type { RegionName } from "../../shared/units.ts";
import type { InvocationLine } from "../adapters/lambda/lambda.ts";
import type { ChunkStore } from "../ports/chunk-store.ts";
import type { LeaseStore } from "../ports/lease-store.ts";
import type { PlanStore } from "../ports/plan-store.ts";
import type { ResolveHost } from "./dns/dns.ts";
import type { WarmState } from "./lease/lease.ts";
import type { StartPacer } from "./pace/pace.ts";
import type { Connect } from "./socket/socket.ts";
import type { Clock } from "./timing/timing.ts";
import type { AddressRules } from "./vet/vet.ts";

/** The way to the targets, made anew for each invocation. */
export interface Network {
  readonly resolve: ResolveHost;
  readonly connect: Connect;
  /** Gives up whatever is still asked of a name server. */
  close(): void;
}

/** Every side effect of the probe: made once on a cold start, or by a test. */
export interface ProbeServices {
  readonly region: RegionName;
  readonly plans: PlanStore;
  readonly leases: LeaseStore;
  readonly results: ChunkStore;
  readonly clock: Clock;
  readonly openNetwork: () => Network;
  readonly pacer: StartPacer;
  readonly rules: AddressRules;
  readonly hasIpv6Route: boolean;
  /** The process is to end: nothing starts any more, what is complete is stored. */
  readonly stop: AbortSignal;
  readonly warm: WarmState;
  readonly log: (line: InvocationLine) => void;
}
