import { addNotice, holdNow, type Look, type Subject, type Telling } from "./telling.ts";

/** A warning that nobody ended or acknowledged for so long becomes critical, once. */
export function escalate(telling: Telling, subject: Subject, look: Look): Telling {
  const { open, settings, looked } = subject;
  const { memory } = telling;
  if (open === null || settings.escalation === null || memory.held !== undefined) return telling;
  const isWarning = looked.judgement.state.status === "WARNING" && open.track === "warning";
  if (!isWarning || memory.escalated === open.number) return telling;
  if (look.nowMs - open.openedAtMs < settings.escalation.afterMs) return telling;
  if (holdNow(telling, subject, look) !== null) return telling;
  const escalated = { ...telling, memory: { ...memory, escalated: open.number } };
  return addNotice(escalated, subject, { ...open, kind: "escalated", atMs: look.nowMs });
}
