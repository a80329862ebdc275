import { isIPv6 } from "node:net";
import type { Outcome, ProbeResult } from "../../shared/probe-result.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { classifyConnectError } from "./classify-error.ts";
import type { Connection } from "./connect-target.ts";
import type { Due } from "./list-due.ts";
import type { Network, Outside } from "./outside.ts";
import type { RunTally } from "./tally-run.ts";
import { vetAddress } from "./vet-address.ts";

/** What a check needs beside its task. */
export interface CheckTools extends Pick<Outside, "clock" | "pacer" | "rules" | "hasIpv6Route"> {
  readonly network: Network;
  readonly tally: RunTally;
  /** Drops whatever is under way. */
  readonly signal: AbortSignal;
}

/** A figure in doubt is measured again, so often and within the slot's slack. */
const MOST_REMEASUREMENTS = 2;

/**
 * Resolve, vet, wait for a turn, connect, measure, close. Null where the turn came too late or the
 * signal put an end to it: such a slot is missed, which blames nobody.
 */
export async function checkTarget(due: Due, tools: CheckTools): Promise<ProbeResult | null> {
  const { target, addressFamily } = due.task;
  const askedAtMs = tools.clock.now();
  const resolution = await tools.network.resolve(target.hostname, addressFamily);
  if (tools.signal.aborted) return null;
  const { dnsTimeMs } = resolution;
  const start: Start = { due, startedAtMs: askedAtMs, dnsTimeMs, address: null };
  if (resolution.kind === "failed") return resultOf(start, resolution.outcome);

  const address = resolution.addresses.find((one) => vetAddress(one, tools.rules) === "allowed");
  if (address === undefined) return resultOf(start, "blocked");
  return await measure({ ...start, address }, tools);
}

/** How far a check has come. */
interface Start {
  readonly due: Due;
  readonly startedAtMs: EpochMs;
  readonly dnsTimeMs: DurationMs | null;
  readonly address: string | null;
}

async function measure(
  start: Start & { readonly address: string },
  tools: CheckTools,
): Promise<ProbeResult | null> {
  const { clock, network, pacer, signal, tally } = tools;
  const { due, dnsTimeMs, address } = start;
  const request = { address, port: due.task.target.port, timeoutMs: due.task.timeoutMs };
  let begun = start;
  let result: ProbeResult | null = null;
  for (let look = 0; look <= MOST_REMEASUREMENTS; look++) {
    const askedAtMs = clock.monotonic();
    const turn = await pacer.takeTurn(due.slotAtMs, signal);
    tally.noteTurn(clock.monotonic() - askedAtMs, pacer.openCount);
    if (turn !== "go") return result;
    if (look > 0) tally.noteRemeasured();
    // A check that had to ask for the address began with that; any other begins now.
    else if (dnsTimeMs === null) begun = { ...start, startedAtMs: clock.now() };
    let seen: Connection | null;
    try {
      seen = await network.connect(request, signal);
    } finally {
      pacer.release();
    }
    const next = seen === null ? null : resultOfConnection(begun, seen, tools);
    // On a second look it is the figure that is in doubt, not that the port is open.
    if (look > 0 && next?.outcome !== "open") return result;
    result = next;
    if (!isWorthAnother(result)) return result;
  }
  return result;
}

// A lost SYN would not be lost again, and is what there is to tell.
function isWorthAnother(result: ProbeResult | null): boolean {
  return result?.suspect === true && result.synRetransmits === 0;
}

function resultOfConnection(
  start: Start & { readonly address: string },
  connection: Connection,
  { hasIpv6Route }: CheckTools,
): ProbeResult {
  if (connection.kind === "open") return { ...resultOf(start, "open"), ...connection.handshake };
  const place = { isIpv6: isIPv6(start.address), hasIpv6Route };
  return resultOf(start, classifyConnectError(connection.code, place));
}

function resultOf(start: Start, outcome: Outcome): ProbeResult {
  const { due, startedAtMs, dnsTimeMs, address } = start;
  return {
    taskIndex: due.taskIndex,
    slotAtMs: due.slotAtMs,
    startedAtMs,
    outcome,
    expect: due.task.expect,
    connectTimeMs: null,
    elapsedMs: null,
    dnsTimeMs,
    address,
    timing: "user",
    synRetransmits: 0,
    suspect: false,
  };
}
