import type { EpochMs } from "../units.ts";
import { type Holds, holdAt } from "./hold.ts";
import type { AlertingMemory, Hold, LookedTask, TaskNotice, ToldTransition } from "./model.ts";
import type { OpenSpell } from "./open-spell.ts";
import type { AlertSettings } from "./settings/settings.ts";

/** A task that a look tells of. */
export interface Subject {
  readonly looked: LookedTask;
  /** What is open after the look; null if the task is OK. */
  readonly open: OpenSpell | null;
  readonly settings: AlertSettings;
}

/** A look, and what it holds events by. */
export interface Look extends Holds {
  readonly nowMs: EpochMs;
}

/** What the steps so far tell a task's users, and what is to be remembered. */
export interface Telling {
  readonly memory: AlertingMemory;
  readonly transitions: readonly ToldTransition[];
  readonly notices: readonly TaskNotice[];
}

/** Why users are not told of what is open now; null if they are. */
export function holdNow({ memory }: Telling, { looked, open }: Subject, look: Look): Hold | null {
  if (open === null) return null;
  // What something else held when it opened is no part of a storm.
  const isOwn = memory.held === undefined || memory.held.by === "storm";
  const by = isOwn ? look : { ...look, storms: [] };
  // A look may end before one that was judged already, which had seen a hold that begins in between.
  const atMs = Math.max(look.nowMs, memory.held?.sinceMs ?? 0, open.openedAtMs);
  return holdAt(looked.task, { ...open, atMs }, by);
}

/** Adds a notice on what is open now. What is left out says nothing. */
export function addNotice(
  telling: Telling,
  { looked }: Subject,
  notice: OpenSpell & Pick<TaskNotice, "kind" | "atMs"> & Partial<TaskNotice>,
): Telling {
  const { status, rule } = looked.judgement.state;
  const plain = { from: status, to: status, rule, errorKind: null, held: null, count: 0 };
  const marks = { suppressedBy: null, heldTasks: [], isEscalated: isEscalated(telling, notice) };
  return { ...telling, notices: [...telling.notices, { ...plain, ...marks, ...notice }] };
}

/** Whether what is open is a warning that has become critical. */
function isEscalated({ memory }: Telling, { track, number }: OpenSpell): boolean {
  return track === "warning" && memory.escalated === number;
}
