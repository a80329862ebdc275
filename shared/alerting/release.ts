import { addNotice, holdNow, type Look, type Subject, type Telling } from "./telling.ts";

/** Tells of what was held and is still open when nothing holds it any more. */
export function release(telling: Telling, subject: Subject, look: Look): Telling {
  const { held, ...memory } = telling.memory;
  const { open } = subject;
  if (held === undefined || open === null) return telling;
  const hold = holdNow(telling, subject, look);
  // Who acknowledges what is open knows of it.
  if (hold === "acknowledge") return { ...telling, memory };
  if (hold !== null) return telling;
  const { told: from, errorKind } = held;
  const notice = { ...open, kind: "released", atMs: look.nowMs, from, errorKind, held } as const;
  return addNotice({ ...telling, memory }, subject, notice);
}
