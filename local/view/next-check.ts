import {
  firstInstantFrom,
  LEASE_TERM_MS,
  phaseOf,
  type Schedule,
  slotsOfTerm,
} from "../../shared/slot/slot.ts";
import type { EpochMs } from "../../shared/units.ts";

/** What decides when one region checks. */
export interface RegionClock {
  readonly staggerPermille: number;
  /** When its first cover begins; the others follow a minute apart. */
  readonly firstCoverMs: EpochMs;
}

/** The next instant after `nowMs` at which a region checks a task, as far as can be told. */
export function nextCheckAt(task: Schedule, clock: RegionClock, nowMs: EpochMs): EpochMs {
  const phase = phaseOf(task, clock.staggerPermille);
  const coverFrom = coverStart(Math.max(nowMs, clock.firstCoverMs), clock);
  let nominal = firstInstantFrom(coverFrom, task.scheduleMs, phase);
  for (;;) {
    const slot = slotFor(task, clock, nominal);
    if (slot > nowMs) return slot;
    nominal += task.scheduleMs;
  }
}

function slotFor(task: Schedule, clock: RegionClock, nominal: EpochMs): EpochMs {
  if (task.scheduleMs < LEASE_TERM_MS) return nominal;
  const fromMs = coverStart(nominal, clock);
  const cover = { fromMs, toMs: fromMs + LEASE_TERM_MS };
  return slotsOfTerm(task, clock.staggerPermille, cover)[0] ?? nominal;
}

function coverStart(at: EpochMs, { firstCoverMs }: RegionClock): EpochMs {
  return at - ((at - firstCoverMs) % LEASE_TERM_MS);
}
