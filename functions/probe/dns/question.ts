import type { AddressFamily } from "../../../shared/task/task.ts";
import { codeOf } from "../classify/classify.ts";
import type { Clock } from "../timing/timing.ts";
import type { QuestionPacer } from "./pace-questions.ts";
import type { DnsAnswer, DnsClient, Family } from "./query-dns.ts";

/** The families of addresses that are wanted: `every` and `racing` are both, if a connect to IPv6 can succeed. */
export type WantedFamily = AddressFamily | "every" | "racing";

/** A name, in lower case and without the root's dot, and the family that is wanted of it. */
export interface Question {
  readonly name: string;
  readonly family: WantedFamily;
}

/** A family that could not be looked up, and c-ares' code. */
export interface FailedFamily {
  readonly family: Family;
  readonly code: string;
}

/** The addresses of a name, or c-ares' code for why there are none. */
export type Reply =
  | (DnsAnswer & {
      /** Every family was wanted, and of this one it is not known whether there are any. */
      readonly failed?: FailedFamily;
    })
  | { readonly code: string };

/** What a look-up works with. */
export interface AskSetup {
  readonly dns: DnsClient;
  readonly clock: Clock;
  readonly pacer: QuestionPacer;
  /** Whether a connect to an IPv6 address can succeed. */
  readonly hasIpv6Route: boolean;
}

/** The end of a look-up, and what ends its timers. */
export interface Limit {
  readonly deadline: Promise<Reply>;
  readonly over: AbortController;
}

/** What a look-up gives that has no answer in time. */
export const TIMED_OUT: Reply & { readonly code: string } = { code: "ETIMEOUT" };

/** Asks for the records of one family; it never rejects. */
export function askFamily({ dns }: AskSetup, name: string, family: Family): Promise<Reply> {
  return dns.query(name, family).catch((error): Reply => ({ code: codeOf(error) }));
}

/** A name that does not exist has no records of any family; else the first look-up that failed counts. */
export function worseCode(v4: string, v6: string): string {
  if (v4 === "ENOTFOUND" || v6 === "ENOTFOUND") return "ENOTFOUND";
  return v4 === "ENODATA" ? v6 : v4;
}
