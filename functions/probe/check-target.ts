import { isIPv6 } from "node:net";
import type { Outcome, ProbeResult } from "../../shared/probe-result.ts";
import type { DurationMs, EpochMs } from "../../shared/units.ts";
import { classifyConnectError } from "./classify-error.ts";
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

  if ((await waitForTurn(due, tools)) !== "go") return null;
  // A check that had to ask for the address began with that; any other begins now.
  const startedAtMs = dnsTimeMs === null ? tools.clock.now() : askedAtMs;
  return await measure({ ...start, startedAtMs, address }, tools);
}

const MOST_REMEASUREMENTS = 2;

/** How far a check has come. */
interface Start {
  readonly due: Due;
  readonly startedAtMs: EpochMs;
  readonly dnsTimeMs: DurationMs | null;
  readonly address: string | null;
}

async function waitForTurn(due: Due, { clock, pacer, signal, tally }: CheckTools) {
  const askedAtMs = clock.monotonic();
  const turn = await pacer.takeTurn(due.slotAtMs, signal);
  tally.noteTurn(clock.monotonic() - askedAtMs, pacer.openCount);
  return turn;
}

/** A check that knows where to connect to, and has its turn. */
type Ready = Start & { readonly address: string };

/** Measures once more, within the slot's slack, where the process stood still meanwhile. */
async function measure(start: Ready, tools: CheckTools): Promise<ProbeResult | null> {
  let result = await connectTo(start, tools);
  for (let more = 0; more < MOST_REMEASUREMENTS && isWorthAnother(result); more++) {
    if ((await waitForTurn(start.due, tools)) !== "go") return result;
    tools.tally.noteRemeasured();
    const again = await connectTo(start, tools);
    // It is the figure that was in doubt, not that the port is open.
    if (again?.outcome !== "open") return result;
    result = again;
  }
  return result;
}

// A lost SYN would not be lost again, and is what there is to tell.
function isWorthAnother(result: ProbeResult | null): boolean {
  return result?.suspect === true && result.synRetransmits === 0;
}

async function connectTo(start: Ready, tools: CheckTools): Promise<ProbeResult | null> {
  const { address, due } = start;
  const request = { address, port: due.task.target.port, timeoutMs: due.task.timeoutMs };
  try {
    const connection = await tools.network.connect(request, tools.signal);
    if (connection === null) return null;
    if (connection.kind === "open") return { ...resultOf(start, "open"), ...connection.handshake };
    const place = { isIpv6: isIPv6(address), hasIpv6Route: tools.hasIpv6Route };
    return resultOf(start, classifyConnectError(connection.code, place));
  } finally {
    tools.pacer.release();
  }
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
