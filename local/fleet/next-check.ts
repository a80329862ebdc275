import {
  firstInstantFrom,
  LEASE_TERM_MS,
  phaseOf,
  type Schedule,
  slotsOfTerm,
} from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";
import { INVOCATION_LEAD_MS } from "./probe-rounds.ts";

/** What decides when one region checks a task. */
export interface RegionClock {
  readonly staggerPermille: number;
  /** When its first lease term begins; the others follow a minute apart. */
  readonly firstTermMs: EpochMs;
}

/** When the probes of a region take up a plan that was made at `plannedAtMs`: at their next lease term. */
export function takenUpAt({ firstTermMs }: RegionClock, plannedAtMs: EpochMs): EpochMs {
  const termsPast = Math.ceil((plannedAtMs + INVOCATION_LEAD_MS - firstTermMs) / LEASE_TERM_MS);
  return firstTermMs + Math.max(0, termsPast) * LEASE_TERM_MS;
}

/** The next instant after `nowMs` at which a region checks a task, if its lease terms follow each other without a gap. */
export function nextCheckAt(task: Schedule, clock: RegionClock, nowMs: EpochMs): EpochMs {
  const phase = phaseOf(task, clock);
  const termFromMs = termStart(Math.max(nowMs, clock.firstTermMs), clock);
  let nominal = firstInstantFrom(termFromMs, task.scheduleMs, phase);
  for (;;) {
    const slot = slotFor(task, clock, nominal);
    if (slot > nowMs) return slot;
    nominal += task.scheduleMs;
  }
}

function slotFor(task: Schedule, clock: RegionClock, nominal: EpochMs): EpochMs {
  if (task.scheduleMs < LEASE_TERM_MS) return nominal;
  const fromMs = termStart(nominal, clock);
  const term = { fromMs, toMs: fromMs + LEASE_TERM_MS };
  return slotsOfTerm(task, clock, term)[0] ?? nominal;
}

function termStart(at: EpochMs, { firstTermMs }: RegionClock): EpochMs {
  return at - ((at - firstTermMs) % LEASE_TERM_MS);
}
