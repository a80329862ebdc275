import { type Session, withoutSecrets } from "../session/session.ts";

/** More names than these are not told. */
const MOST_LABELS = 16;

/** More of a label is not told. */
const MOST_LABEL_CHARACTERS = 200;

/** What was captured, byte by byte, for later steps of the same session. */
const CAPTURED = new WeakMap<Session, Map<string, Buffer>>();

/** Notes what was captured by a name: whole for later steps, readable for the result. */
export function noteLabel(session: Session, name: string, bytes: Buffer): void {
  const captured = CAPTURED.get(session) ?? new Map<string, Buffer>();
  CAPTURED.set(session, captured);
  if (captured.size >= MOST_LABELS && !captured.has(name)) return;
  captured.set(name, bytes);
  // A cut through a secret would leave a part of it: it is taken out before.
  const text = withoutSecrets(session, bytes.toString("utf8"));
  session.labels[name] = text.replace(/\p{C}/gu, ".").slice(0, MOST_LABEL_CHARACTERS);
}

/** What was captured by a name; undefined if no step has that name. */
export function labelBytes(session: Session, name: string): Buffer | undefined {
  return CAPTURED.get(session)?.get(name);
}
