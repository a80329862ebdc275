import type { TaskState, Track } from "../health/health.ts";
import type { EpochMs } from "../units.ts";

/** What gives a task a status that is not OK: its incident, or the spell that hides it. */
export interface OpenSpell {
  readonly track: Exclude<Track, "removal">;
  readonly number: number;
  readonly openedAtMs: EpochMs;
}

/** What gives a task its status; null while it is OK. No data hides an incident, and that a warning. */
export function openSpell({ silence, incident, warning }: TaskState): OpenSpell | null {
  return (
    spellOf("silence", silence) ?? spellOf("incident", incident) ?? spellOf("warning", warning)
  );
}

function spellOf(
  track: OpenSpell["track"],
  { number, openedAtMs }: TaskState["incident" | "silence"],
): OpenSpell | null {
  return openedAtMs === null ? null : { track, number, openedAtMs };
}
