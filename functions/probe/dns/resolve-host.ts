import { isIP } from "node:net";
import type { Outcome } from "../../../shared/result/result.ts";
import type { AddressFamily } from "../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS, toMicrosecondPrecision } from "../../../shared/units.ts";
import { classifyDnsError, codeOf } from "../classify/classify.ts";
import type { Clock } from "../timing/timing.ts";
import { type HostsTable, localAddresses, ofFamily } from "./parse-hosts.ts";
import type { DnsAnswer, DnsClient } from "./query-dns.ts";

/** At least one address, in the servers' order, or the outcome if there is none. */
export type Resolution = (
  | { readonly kind: "resolved"; readonly addresses: readonly string[] }
  | { readonly kind: "failed"; readonly outcome: Outcome }
) & {
  /** How long this check waited for a name server; null if it did not have to. */
  readonly dnsTimeMs: DurationMs | null;
};

/** Looks a name up: at once for a literal and a local name, else by a promise that never rejects. */
export type ResolveHost = (
  hostname: string,
  family: AddressFamily,
) => Resolution | Promise<Resolution>;

/** A look-up ends after this, whatever the number of servers and tries. */
export const DNS_DEADLINE_MS: DurationMs = 3 * SECOND_MS;

/** A failure is remembered this long, so that a dead name is not asked for at every check. */
const FAILURE_TTL_MS: DurationMs = 5 * SECOND_MS;

/** What a resolver works with. */
export interface ResolverSetup {
  readonly dns: DnsClient;
  readonly hosts: HostsTable;
  readonly clock: Clock;
}

/** A look-up that ended or is under way; `freshUntilMs` is monotonic, and endless while it is under way. */
interface Lookup {
  readonly answer: Promise<Answer>;
  freshUntilMs: DurationMs;
  isPending: boolean;
}

type Answer = DnsAnswer | { readonly outcome: Outcome };

/**
 * Makes a resolver by literal, hosts file and DNS, for one invocation. It remembers an answer for
 * its time to live; checks of a name that is being looked up wait for that look-up.
 */
export function createResolveHost(setup: ResolverSetup): ResolveHost {
  const lookups = new Map<string, Lookup>();
  return (hostname, family) => {
    const name = hostname.toLowerCase().replace(/\.$/, "");
    const known = isIP(name) === 0 ? ofFamily(localAddresses(name, setup.hosts), family) : [name];
    if (known.length > 0) return { kind: "resolved", addresses: known, dnsTimeMs: null };
    if (name === "localhost" || name.endsWith(".localhost"))
      return { kind: "failed", outcome: "dns_not_found", dnsTimeMs: null };
    return lookUp(setup, lookups, { name, family });
  };
}

interface Question {
  readonly name: string;
  readonly family: AddressFamily;
}

async function lookUp(
  setup: ResolverSetup,
  lookups: Map<string, Lookup>,
  question: Question,
): Promise<Resolution> {
  const key = `${question.family} ${question.name}`;
  const askedAtMs = setup.clock.monotonic();
  const known = lookups.get(key);
  const isFresh = known !== undefined && askedAtMs < known.freshUntilMs;
  const lookup = isFresh ? known : startLookup(setup, question);
  lookups.set(key, lookup);
  const hadToWait = lookup.isPending;
  const answer = await lookup.answer;
  const waitedMs = toMicrosecondPrecision(setup.clock.monotonic() - askedAtMs);
  const dnsTimeMs = hadToWait ? waitedMs : null;
  if ("outcome" in answer) return { kind: "failed", outcome: answer.outcome, dnsTimeMs };
  return { kind: "resolved", addresses: answer.addresses, dnsTimeMs };
}

function startLookup(setup: ResolverSetup, question: Question): Lookup {
  const lookup: Lookup = {
    freshUntilMs: Number.POSITIVE_INFINITY,
    isPending: true,
    answer: ask(setup, question).then((answer) => {
      const ttlMs = "outcome" in answer ? FAILURE_TTL_MS : answer.ttlMs;
      lookup.freshUntilMs = setup.clock.monotonic() + ttlMs;
      lookup.isPending = false;
      return answer;
    }),
  };
  return lookup;
}

async function ask({ dns, clock }: ResolverSetup, { name, family }: Question): Promise<Answer> {
  const done = new AbortController();
  const expire = async (): Promise<Answer> => {
    await clock.sleep(DNS_DEADLINE_MS, done.signal);
    return { outcome: "dns_timeout" };
  };
  try {
    const answer = dns.query(name, family).catch(failureOf);
    return await Promise.race([answer, expire()]);
  } finally {
    done.abort();
  }
}

function failureOf(error: unknown): Answer {
  return { outcome: classifyDnsError(codeOf(error)) };
}
