import { NO_SECRETS } from "../../../../functions/adapters/secrets/secrets.ts";
import { HeldConnections } from "../../../../functions/probe/holding/holding.ts";
import { type ProbeServices, runLease } from "../../../../functions/probe/lease/lease.ts";
import {
  createProbers,
  type Holding,
  type ProbeFacts,
} from "../../../../functions/probe/probers/probers.ts";
import type { Task } from "../../../../shared/task/task.ts";
import type { DurationMs, EpochMs } from "../../../../shared/units.ts";
import { aTask } from "../../../fakes/results.ts";
import type { VirtualClock } from "../../../fakes/virtual-clock.ts";
import { aRig, type Rig, type RigProcess } from "../rig.ts";

export const MINUTE = 60_000;

/** A task that holds its connection. */
export function aHeldTask(name: string, holdMs: DurationMs, different: Partial<Task> = {}): Task {
  return aTask(name, {
    target: { hostname: "192.0.2.7", port: 7 },
    scheduleMs: 60 * MINUTE,
    hold: { holdMs },
    needs: ["hold"],
    ...different,
  });
}

/** What the peer of a held connection does. */
export interface Peer {
  /** When it cuts the connection, after it was established; null for never. */
  readonly cutAfterMs: DurationMs | null;
  /** When it is killed, and cuts all. */
  readonly diesAtMs?: EpochMs;
}

/** What became of a connection. */
export interface HeldTrace {
  readonly taskName: string;
  readonly fromMs: number;
  toMs: number | null;
  isStopped: boolean;
}

/** A rig whose deep checks hold connections without a socket. */
export interface HeldRig extends Rig {
  readonly traces: HeldTrace[];
  readonly stop: AbortController;
  readonly process: RigProcess;
}

export function aHeldRig(
  isAlwaysOn: boolean,
  peer: Peer = { cutAfterMs: null },
  { rig = aRig(), ...different }: Partial<ProbeServices> & { readonly rig?: Rig } = {},
): HeldRig {
  const { clock } = rig;
  const stop = new AbortController();
  const traces: HeldTrace[] = [];
  const probers = {
    ...createProbers({ secrets: NO_SECRETS }),
    phases: async (_: unknown, { task, isRecheck }: { task: Task; isRecheck: boolean }) => {
      if (isRecheck || task.hold === undefined) return { outcome: "open" } as const;
      const trace = { taskName: task.name, fromMs: clock.now(), toMs: null, isStopped: false };
      traces.push(trace);
      const holding = holdingOf(clock, trace, { ...peer, holdMs: task.hold.holdMs });
      return { outcome: "open", figures: { heldMs: 0 }, holding } as const;
    },
  };
  const held = new HeldConnections({ clock, stop: stop.signal, isAlwaysOn });
  const process = rig.startProcess({ probers, held, stop: stop.signal, ...different });
  return { ...rig, traces, stop, process };
}

function holdingOf(
  clock: VirtualClock,
  trace: HeldTrace,
  { cutAfterMs: usual, diesAtMs, holdMs }: Peer & { readonly holdMs: DurationMs },
): Holding {
  const beganMs = clock.monotonic();
  const cutAfterMs = diesAtMs === undefined ? usual : Math.max(0, diesAtMs - clock.now());
  const stopping = new AbortController();
  const heldMs = () => clock.monotonic() - beganMs;
  const end = async (): Promise<ProbeFacts> => {
    await clock.sleep(Math.min(holdMs, cutAfterMs ?? holdMs), stopping.signal);
    trace.isStopped = stopping.signal.aborted;
    trace.toMs = clock.now();
    const figures = { heldMs: heldMs() };
    if (trace.isStopped || cutAfterMs === null || cutAfterMs >= holdMs)
      return { outcome: "open", figures, detail: { holdEnd: "ours" } };
    const detail = { failedPhase: "hold", holdEnd: "reset" } as const;
    return { outcome: "closed_early", errorCode: "RST", figures, detail };
  };
  return {
    sample: () => ({ outcome: "open", figures: { heldMs: heldMs() } }),
    ended: end(),
    stop: () => stopping.abort(),
  };
}

/** Invokes a shard once a minute, as a schedule does, until all invocations have ended. */
export async function runMinutes(
  { clock, process }: HeldRig,
  count: number,
  beside: () => Promise<void> = async () => undefined,
): Promise<void> {
  const runs = Array.from({ length: count }, async (_, minute) => {
    await clock.sleep(minute * MINUTE);
    await runLease(0, process);
  });
  await clock.run(Promise.all([...runs, beside()]));
}
