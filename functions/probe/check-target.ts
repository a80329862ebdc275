import { isIPv6 } from "node:net";
import type { Outcome, ProbeResult } from "../../shared/probe-result.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { classifyConnectError } from "./classify-error.ts";
import type { Connection, Handshake } from "./connect-target.ts";
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
  const found = tools.network.resolve(target.hostname, addressFamily);
  const resolution = found instanceof Promise ? await found : found;
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

/** A check that knows where to connect to. */
type Ready = Start & { readonly address: string };

async function measure(start: Ready, tools: CheckTools): Promise<ProbeResult | null> {
  let result = await connectInTurn(start, tools);
  for (let more = 0; more < MOST_REMEASUREMENTS && isWorthAnother(result); more++) {
    const again = await connectInTurn(start, tools);
    if (again !== null) tools.tally.noteRemeasured();
    // It is the figure that is in doubt, not that the port is open.
    if (again?.outcome !== "open") return result;
    result = { ...again, startedAtMs: result.startedAtMs };
  }
  return result;
}

// A lost SYN would not be lost again, and is what there is to tell.
function isWorthAnother(result: ProbeResult | null): result is ProbeResult {
  return result?.suspect === true && result.synRetransmits === 0;
}

async function connectInTurn(start: Ready, tools: CheckTools): Promise<ProbeResult | null> {
  const { clock, network, pacer, signal, tally } = tools;
  const { due, address, dnsTimeMs } = start;
  const askedAtMs = clock.monotonic();
  const turn = await pacer.takeTurn(due.slotAtMs, signal);
  tally.noteTurn(clock.monotonic() - askedAtMs, pacer.openCount);
  if (turn !== "go") return null;
  // A check that had to ask for the address began with that; any other begins now.
  const startedAtMs = dnsTimeMs === null ? clock.now() : start.startedAtMs;
  const request = { address, port: due.task.target.port, timeoutMs: due.task.timeoutMs };
  try {
    const connection = await network.connect(request, signal);
    return connection === null ? null : judge({ ...start, startedAtMs }, connection, tools);
  } finally {
    pacer.release();
  }
}

function judge(start: Ready, connection: Connection, { hasIpv6Route }: CheckTools): ProbeResult {
  if (connection.kind === "open") return resultOf(start, "open", connection.handshake);
  const place = { isIpv6: isIPv6(start.address), hasIpv6Route };
  return resultOf(start, classifyConnectError(connection.code, place));
}

const NO_HANDSHAKE = {
  connectTimeMs: null,
  elapsedMs: null,
  timing: "user",
  synRetransmits: 0,
  suspect: false,
} as const;

function resultOf(
  { due, startedAtMs, dnsTimeMs, address }: Start,
  outcome: Outcome,
  handshake: Handshake | typeof NO_HANDSHAKE = NO_HANDSHAKE,
): ProbeResult {
  return {
    taskIndex: due.taskIndex,
    slotAtMs: due.slotAtMs,
    startedAtMs,
    outcome,
    expect: due.task.expect,
    connectTimeMs: handshake.connectTimeMs,
    elapsedMs: handshake.elapsedMs,
    dnsTimeMs,
    address,
    timing: handshake.timing,
    synRetransmits: handshake.synRetransmits,
    suspect: handshake.suspect,
  };
}
