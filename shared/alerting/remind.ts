import type { DurationMs, EpochMs } from "../units.ts";
import type { AlertingMemory } from "./model.ts";
import type { OpenSpell } from "./open-spell.ts";
import { addNotice, holdNow, type Look, type Subject, type Telling } from "./telling.ts";

/**
 * Reminds of what is open. Reminders are counted since it opened, so that a replay finds the same
 * ones, and looks that were missed are made up for by one.
 */
export function remind(telling: Telling, subject: Subject, look: Look): Telling {
  const { open, settings } = subject;
  const { reminderMs } = settings;
  const { memory } = telling;
  if (open === null || reminderMs === null || memory.held !== undefined) return telling;
  const count = remindersSince(open.openedAtMs, look.nowMs, reminderMs);
  if (count <= remindedOf(memory, open) || holdNow(telling, subject, look) !== null) return telling;
  const noted = { ...telling, memory: { ...memory, reminded: noteOf(open, count) } };
  // Who has just been told needs no reminder.
  if (telling.notices.length > 0) return noted;
  return addNotice(noted, subject, { ...open, kind: "reminder", atMs: look.nowMs, count });
}

function remindersSince(openedAtMs: EpochMs, nowMs: EpochMs, reminderMs: DurationMs): number {
  return Math.floor((nowMs - openedAtMs) / reminderMs);
}

function remindedOf({ reminded }: AlertingMemory, { track, number }: OpenSpell): number {
  return reminded?.track === track && reminded.number === number ? reminded.count : 0;
}

function noteOf({ track, number }: OpenSpell, count: number) {
  return { track, number, count };
}
