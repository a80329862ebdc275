import type { TaskState } from "../health/health.ts";
import type { AlertingMemory } from "./model.ts";
import { type OpenSpell, openSpell } from "./open-spell.ts";

/** Nothing is to be remembered: users know all that is true. */
export const NO_MEMORY: AlertingMemory = {};

/** The memory without what is over; `before` itself if it is the same. */
export function worthRemembering(
  { held, heldAdvisories = {}, reminded, escalated }: AlertingMemory,
  state: TaskState,
  before: AlertingMemory,
): AlertingMemory {
  const advised = Object.entries(heldAdvisories).filter(([name]) => state.regions[name]?.advised);
  const next: AlertingMemory = {
    ...(held !== undefined && openSpell(state) !== null && { held }),
    ...(advised.length > 0 && { heldAdvisories: Object.fromEntries(advised.sort()) }),
    ...(reminded !== undefined && isOpen(state, reminded) && { reminded }),
    ...(escalated !== undefined && isOpen(state, warningOf(escalated)) && { escalated }),
  };
  return JSON.stringify(next) === JSON.stringify(before) ? before : next;
}

function warningOf(number: number): Pick<OpenSpell, "track" | "number"> {
  return { track: "warning", number };
}

function isOpen(state: TaskState, spell: Pick<OpenSpell, "track" | "number">): boolean {
  const { number, openedAtMs } = state[spell.track];
  return openedAtMs !== null && number === spell.number;
}
