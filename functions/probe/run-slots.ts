import { channel } from "node:diagnostics_channel";
import { CHANNELS } from "../../shared/contract.ts";
import type { ProbeResult } from "../../shared/probe-result.ts";
import { SLOT_SLACK_MS } from "../../shared/slot.ts";
import type { RegionName } from "../../shared/units.ts";
import { type CheckTools, checkTarget } from "./check-target.ts";
import { sleepUntil } from "./clock.ts";
import type { Due } from "./list-due.ts";

const announced = channel(CHANNELS.result);

export interface SlotRun {
  readonly region: RegionName;
  readonly tools: CheckTools;
  readonly keep: (result: ProbeResult) => void;
}

/**
 * Starts every check at its instant, each at most once, and waits for all of them. A slot whose
 * time is over is passed by. What a check throws stops no other, and is thrown in the end.
 */
export async function runSlots(due: readonly Due[], run: SlotRun): Promise<void> {
  const { clock, signal } = run.tools;
  const running = new Set<Promise<void>>();
  const faults: unknown[] = [];
  for (const one of due) {
    await sleepUntil(clock, one.slotAtMs, signal);
    if (signal.aborted) break;
    if (clock.now() - one.slotAtMs > SLOT_SLACK_MS) continue;
    const check = runSlot(one, run)
      .catch((fault) => void faults.push(fault))
      .finally(() => running.delete(check));
    running.add(check);
  }
  await Promise.all(running);
  if (faults.length > 0) throw faults[0];
}

async function runSlot(due: Due, { region, tools, keep }: SlotRun): Promise<void> {
  const result = await checkTarget(due, tools);
  if (result === null) return;
  tools.tally.noteResult(result);
  keep(result);
  if (announced.hasSubscribers) announced.publish({ region, task: due.task, result });
}
