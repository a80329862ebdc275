import type { PhaseFailure } from "../../session/session.ts";
import type { Answer, MeasureAnswer, Talk } from "./talk.ts";

/** RFC 3207. */
export async function askSmtp(talk: Talk): Promise<PhaseFailure | null> {
  const greeting = await hearReply(talk, /^220/);
  if ("outcome" in greeting) return greeting;
  talk.send("EHLO localhost\r\n");
  const abilities = await hearReply(talk, /^250/);
  if ("outcome" in abilities) return abilities;
  if (!/^250[- ]STARTTLS\r?$/im.test(String(abilities.bytes))) return notListed(talk, abilities);
  talk.request("STARTTLS\r\n");
  return agreed(talk, await talk.hear(wholeReply), /^220/);
}

/** RFC 4217. */
export async function askFtp(talk: Talk): Promise<PhaseFailure | null> {
  const greeting = await hearReply(talk, /^220/);
  if ("outcome" in greeting) return greeting;
  talk.request("AUTH TLS\r\n");
  return agreed(talk, await talk.hear(wholeReply), /^234/);
}

/** RFC 2595 section 4. */
export async function askPop3(talk: Talk): Promise<PhaseFailure | null> {
  const greeting = await talk.hear(wholeLine);
  if ("outcome" in greeting) return greeting;
  if (!isLike(greeting, /^\+OK\b/)) return refused(talk, greeting, /^-ERR\b/);
  talk.request("STLS\r\n");
  return agreed(talk, await talk.hear(wholeLine), /^\+OK\b/);
}

/** RFC 9051 section 6.2.1. */
export async function askImap(talk: Talk): Promise<PhaseFailure | null> {
  const greeting = await talk.hear(wholeLine);
  if ("outcome" in greeting) return greeting;
  if (isLike(greeting, /^\* PREAUTH\b/i)) return notListed(talk, greeting);
  if (!isLike(greeting, /^\* OK\b/i)) return refused(talk, greeting, /^\* BYE\b/i);
  talk.send("a1 CAPABILITY\r\n");
  const abilities = await talk.hear(wholeTagged("a1"));
  if ("outcome" in abilities) return abilities;
  if (!isLike(abilities, /^\* CAPABILITY .*\bSTARTTLS\b/im)) return notListed(talk, abilities);
  talk.request("a2 STARTTLS\r\n");
  return agreed(talk, await talk.hear(wholeTagged("a2")), /^a2 OK\b/im);
}

/** A reply of SMTP or FTP that is like `pattern`; one with another number is a refusal. */
async function hearReply(talk: Talk, pattern: RegExp): Promise<Answer> {
  const reply = await talk.hear(wholeReply);
  if ("outcome" in reply || isLike(reply, pattern)) return reply;
  return refused(talk, reply, /^[45]\d\d/);
}

function agreed(talk: Talk, answer: Answer, pattern: RegExp): PhaseFailure | null {
  if ("outcome" in answer) return answer;
  return isLike(answer, pattern) ? null : talk.fail("tls_not_offered", "REFUSED", answer.bytes);
}

function notListed(talk: Talk, { bytes }: { readonly bytes: Buffer }): PhaseFailure {
  return talk.fail("tls_not_offered", "NOT_LISTED", bytes);
}

/** The server has said something else than its protocol's usual answer: no, or something odd. */
function refused(talk: Talk, { bytes }: { readonly bytes: Buffer }, no: RegExp): PhaseFailure {
  const isNo = no.test(String(bytes));
  return isNo
    ? talk.fail("rejected", "REFUSED", bytes)
    : talk.fail("unexpected_answer", "NOT_THE_PROTOCOL", bytes);
}

function isLike({ bytes }: { readonly bytes: Buffer }, pattern: RegExp): boolean {
  return pattern.test(String(bytes));
}

function wholeLine(received: Buffer): number | null {
  const end = received.indexOf("\n");
  return end === -1 ? null : end + 1;
}

/** A reply of several lines ends with its number and a space (RFC 5321 4.2, RFC 959 4.2). */
function wholeReply(received: Buffer): number | null {
  const firstEnd = wholeLine(received);
  const start = received.toString("latin1", 0, 4);
  if (firstEnd === null || !/^\d{3}-/.test(start)) return firstEnd;
  const lastAt = received.indexOf(`\n${start.slice(0, 3)} `);
  const lastEnd = lastAt === -1 ? -1 : received.indexOf("\n", lastAt + 1);
  return lastEnd === -1 ? null : lastEnd + 1;
}

function wholeTagged(tag: string): MeasureAnswer {
  return (received) => {
    const start = received.subarray(0, tag.length + 1).equals(Buffer.from(`${tag} `))
      ? 0
      : received.indexOf(`\n${tag} `);
    const end = start === -1 ? -1 : received.indexOf("\n", start + 1);
    return end === -1 ? null : end + 1;
  };
}
