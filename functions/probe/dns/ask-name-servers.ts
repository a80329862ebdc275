import type { AddressFamily } from "../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { codeOf } from "../classify/classify.ts";
import type { Clock } from "../timing/timing.ts";
import type { QuestionPacer } from "./pace-questions.ts";
import { type DnsAnswer, type DnsClient, type Family, TRY_MS } from "./query-dns.ts";

/** A look-up ends after this, whatever the number of servers, tries and families. */
export const DNS_DEADLINE_MS: DurationMs = 3 * SECOND_MS;

/** A name, in lower case and without the root's dot, and the family that is wanted of it. */
export interface Question {
  readonly name: string;
  readonly family: AddressFamily;
}

/** The addresses of a name, or c-ares' code for why there are none. */
export type Reply = DnsAnswer | { readonly code: string };

/** What a look-up works with. */
export interface AskSetup {
  readonly dns: DnsClient;
  readonly clock: Clock;
  readonly pacer: QuestionPacer;
  /** Whether a connect to an IPv6 address can succeed. */
  readonly hasIpv6Route: boolean;
}

const TIMED_OUT: Reply = { code: "ETIMEOUT" };

/** Asks the name servers, whose time runs from now; it never rejects. */
export async function askNameServers(setup: AskSetup, question: Question): Promise<Reply> {
  const over = new AbortController();
  const deadline = setup.clock.sleep(DNS_DEADLINE_MS, over.signal).then(() => TIMED_OUT);
  try {
    if (question.family === "any") return await askBoth(setup, question.name, { deadline, over });
    return await Promise.race([ask(setup, question.name, question.family), deadline]);
  } finally {
    over.abort();
  }
}

interface Limit {
  readonly deadline: Promise<Reply>;
  readonly over: AbortController;
}

/**
 * IPv4 is preferred, so that a check does not change its family from one minute to the next. IPv6 is
 * asked for as soon as IPv4 has failed or was silent for one try, and used if IPv4 gives nothing
 * until the deadline.
 */
async function askBoth(setup: AskSetup, name: string, limit: Limit): Promise<Reply> {
  const v4 = ask(setup, name, "ipv4");
  const silence = setup.clock.sleep(TRY_MS, limit.over.signal).then(() => null);
  const early = await Promise.race([v4, silence]);
  if (early !== null && "addresses" in early) return early;
  if (!mayUseIpv6(setup, early)) return early ?? (await Promise.race([v4, limit.deadline]));
  setup.pacer.charge();
  const v6 = ask(setup, name, "ipv6");
  const v4Reply = await Promise.race([v4, limit.deadline]);
  if ("addresses" in v4Reply) return v4Reply;
  const v6Reply = await Promise.race([v6, limit.deadline]);
  return "addresses" in v6Reply ? v6Reply : { code: worseCode(v4Reply.code, v6Reply.code) };
}

/** Without a route an IPv6 address would hide that the look-up of IPv4 failed. */
function mayUseIpv6({ hasIpv6Route }: AskSetup, v4: { readonly code: string } | null): boolean {
  return hasIpv6Route || v4?.code === "ENODATA";
}

/** A name that does not exist has no records of any family; else the first look-up that failed counts. */
function worseCode(v4: string, v6: string): string {
  if (v4 === "ENOTFOUND" || v6 === "ENOTFOUND") return "ENOTFOUND";
  return v4 === "ENODATA" ? v6 : v4;
}

function ask({ dns }: AskSetup, name: string, family: Family): Promise<Reply> {
  return dns.query(name, family).catch((error): Reply => ({ code: codeOf(error) }));
}
