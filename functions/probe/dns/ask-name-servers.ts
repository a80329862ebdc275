import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { askEveryFamily, askRacingFamilies } from "./ask-every-family.ts";
import { TRY_MS } from "./query-dns.ts";
import {
  type AskSetup,
  askFamily,
  type Limit,
  type Question,
  type Reply,
  TIMED_OUT,
  worseCode,
} from "./question.ts";

/** A look-up ends after this, whatever the number of servers, tries and families. */
export const DNS_DEADLINE_MS: DurationMs = 3 * SECOND_MS;

/** Asks the name servers, whose time runs from now; it never rejects. */
export async function askNameServers(setup: AskSetup, question: Question): Promise<Reply> {
  const over = new AbortController();
  const deadline = setup.clock.sleep(DNS_DEADLINE_MS, over.signal).then(() => TIMED_OUT);
  try {
    return await ask(setup, question, { deadline, over });
  } finally {
    over.abort();
  }
}

function ask(setup: AskSetup, { name, family }: Question, limit: Limit): Promise<Reply> {
  if (family === "ipv4" || family === "ipv6")
    return Promise.race([askFamily(setup, name, family), limit.deadline]);
  // Without a route the addresses of IPv6 matter only if there are no others.
  if (family === "any" || !setup.hasIpv6Route) return askInTurn(setup, name, limit);
  if (family === "every") return askEveryFamily(setup, name, limit);
  return askRacingFamilies(setup, name, limit);
}

/**
 * IPv4 is preferred, so that a check does not change its family from one minute to the next. IPv6 is
 * asked for as soon as IPv4 has failed or was silent for one try, and used if IPv4 gives nothing
 * until the deadline.
 */
async function askInTurn(setup: AskSetup, name: string, limit: Limit): Promise<Reply> {
  const v4 = askFamily(setup, name, "ipv4");
  const silence = setup.clock.sleep(TRY_MS, limit.over.signal).then(() => null);
  const early = await Promise.race([v4, silence]);
  if (early !== null && "addresses" in early) return early;
  if (!mayUseIpv6(setup, early)) return early ?? (await Promise.race([v4, limit.deadline]));
  setup.pacer.charge();
  const v6 = askFamily(setup, name, "ipv6");
  const v4Reply = await Promise.race([v4, limit.deadline]);
  if ("addresses" in v4Reply) return v4Reply;
  const v6Reply = await Promise.race([v6, limit.deadline]);
  return "addresses" in v6Reply ? v6Reply : { code: worseCode(v4Reply.code, v6Reply.code) };
}

/** Without a route an IPv6 address would hide that the look-up of IPv4 failed. */
function mayUseIpv6({ hasIpv6Route }: AskSetup, v4: { readonly code: string } | null): boolean {
  return hasIpv6Route || v4?.code === "ENODATA";
}
