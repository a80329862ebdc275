import type { ProblemRecord, SessionRecord } from "../../records/records.ts";

/** What the server refused, with the field that is wrong if one is. */
export class Refusal extends Error {
  readonly field: string | null;

  constructor({ problem, field }: ProblemRecord) {
    super(problem);
    this.field = field ?? null;
  }
}

/** Fields of an address; null and undefined are left out. */
type Fields = Readonly<Record<string, string | number | null | undefined>>;

/** Asks the server for a record. */
export async function readRecord<T>(path: string, fields: Fields = {}): Promise<T> {
  return answerOf<T>(await fetch(addressOf(path, fields)));
}

/** Changes something, with the token that shows that it is this page that asks. A restart makes a new one. */
export async function sendChange(method: "POST" | "DELETE", path: string, body?: unknown) {
  const { token } = await readRecord<SessionRecord>("/api/session");
  const headers = { "content-type": "application/json", "x-synfleet-token": token };
  const sent = body === undefined ? null : JSON.stringify(body);
  return answerOf<unknown>(await fetch(path, { method, headers, body: sent }));
}

/** The address of a record. */
export function addressOf(path: string, fields: Fields): string {
  const given = Object.entries(fields).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, `${value}`]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

async function answerOf<T>(response: Response): Promise<T> {
  // The server shows its sign-in form in place of the page.
  if (response.status === 401) location.reload();
  const text = await response.text();
  if (response.ok) return (text === "" ? null : JSON.parse(text)) as T;
  throw new Refusal(problemIn(text) ?? { problem: `The server answered ${response.status}` });
}

function problemIn(text: string): ProblemRecord | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isProblem = typeof parsed === "object" && parsed !== null && "problem" in parsed;
    return isProblem ? (parsed as ProblemRecord) : null;
  } catch {
    return null;
  }
}
