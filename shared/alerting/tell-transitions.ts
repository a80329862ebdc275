import type { AdvisoryTransition, StateTransition, TaskStatus } from "../health/health.ts";
import { holdAt } from "./hold.ts";
import type { Hold, ToldTransition } from "./model.ts";
import type { Look, Subject, Telling } from "./telling.ts";

/** How bad a status is for users. What is better than what they know is always told. */
const BADNESS: Readonly<Record<TaskStatus, number>> = {
  OK: 0,
  WARNING: 1,
  NO_DATA: 2,
  CRITICAL: 3,
};

/**
 * Decides of each transition whether users are told. They are told the end of all that they know of,
 * and never the end of what they don't.
 */
export function tellTransitions(telling: Telling, subject: Subject, look: Look): Telling {
  const { task, judgement } = subject.looked;
  return judgement.transitions.reduce((told, transition) => {
    if (transition.kind === "state")
      return tellStatus(told, transition, holdAt(task, transition, look));
    const asked = { track: "incident", openedAtMs: null, atMs: look.nowMs } as const;
    const hold = holdAt(task, asked, look);
    if (transition.kind === "advisory") return tellAdvisory(told, transition, hold);
    // A change has no end, so nothing is remembered of one that is held.
    return addTransition(told, { ...transition, suppressedBy: hold, heldTasks: [] });
  }, telling);
}

function tellStatus(telling: Telling, transition: StateTransition, hold: Hold | null): Telling {
  const { from, to, atMs, errorKind } = transition;
  const { held, ...memory } = telling.memory;
  const told = held?.told ?? from;
  const suppressedBy = suppressionOf(transition, { told, heldBy: held?.by ?? null, hold });
  const next = addTransition(telling, { ...transition, suppressedBy, heldTasks: [] });
  if (suppressedBy === null || to === told) return { ...next, memory };
  // Whatever happens to it meanwhile, it is held by what held it first.
  const { by, sinceMs } = held ?? { by: suppressedBy, sinceMs: atMs };
  return { ...next, memory: { ...memory, held: { told, by, sinceMs, errorKind } } };
}

/** What users know already is held as what they were not told of; what is worse may be held anew. */
function suppressionOf(
  { to }: StateTransition,
  by: { readonly told: TaskStatus; readonly heldBy: Hold | null; readonly hold: Hold | null },
): Hold | null {
  if (by.heldBy !== null && to === by.told) return by.heldBy;
  return BADNESS[to] < BADNESS[by.told] ? null : by.hold;
}

/** An advisory is no page: one that was held is not made up for, and its end is held too. */
function tellAdvisory(telling: Telling, advisory: AdvisoryTransition, hold: Hold | null): Telling {
  const { region, raised } = advisory;
  const { heldAdvisories = {}, ...memory } = telling.memory;
  const { [region]: heldBy = null, ...others } = heldAdvisories;
  const suppressedBy = raised ? hold : heldBy;
  const held = raised && hold !== null ? { ...others, [region]: hold } : others;
  const next = addTransition(telling, { ...advisory, suppressedBy, heldTasks: [] });
  const isNone = Object.keys(held).length === 0;
  return { ...next, memory: isNone ? memory : { ...memory, heldAdvisories: held } };
}

function addTransition(telling: Telling, transition: ToldTransition): Telling {
  return { ...telling, transitions: [...telling.transitions, transition] };
}
