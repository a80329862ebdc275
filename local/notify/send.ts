import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import type { HttpSending, Sending } from "./message/service.ts";
import { type Outcome, outcomeOfAnswer, outcomeOfError } from "./outcome.ts";
import { sendMail } from "./send-mail.ts";

const PATIENCE_MS: DurationMs = 10 * SECOND_MS;

/** So much of an answer is read. */
const MOST_BYTES = 4_096;

/** Sends it once. Never throws; the reason of a failure has none of the secrets. */
export async function send(sending: Sending, secrets: readonly string[]): Promise<Outcome> {
  const outcome = await attempt(sending);
  if (outcome.kind === "delivered") return outcome;
  return { ...outcome, why: scrub(outcome.why, secrets) };
}

async function attempt(sending: Sending): Promise<Outcome> {
  try {
    return sending.kind === "mail" ? await sendMail(sending) : await post(sending);
  } catch (error) {
    return outcomeOfError(error);
  }
}

/** A server may repeat what it was told. */
function scrub(text: string, secrets: readonly string[]): string {
  const longestFirst = secrets.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((clean, secret) => clean.replaceAll(secret, "***"), text);
}

async function post({ url, method, headers, body }: HttpSending): Promise<Outcome> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  // Following most redirects turns the POST into a GET, and takes its secrets elsewhere.
  const response = await fetch(url, { method, headers, body, redirect: "manual", signal });
  const answer = {
    status: response.status,
    retryAfter: response.headers.get("retry-after"),
    body: await readBeginning(response),
  };
  return outcomeOfAnswer(answer, Date.now());
}

/** The answer itself counts, also if the rest of it never comes. */
async function readBeginning({ body }: Response): Promise<string> {
  if (body === null) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of body) {
      parts.push(part);
      size += part.length;
      if (size >= MOST_BYTES) break;
    }
  } catch {
    return "";
  }
  return Buffer.concat(parts).subarray(0, MOST_BYTES).toString("utf8");
}
