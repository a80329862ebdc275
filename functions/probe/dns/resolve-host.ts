import { isIP } from "node:net";
import type { Outcome } from "../../../shared/result/result.ts";
import type { AddressFamily } from "../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS, toMicrosecondPrecision } from "../../../shared/units.ts";
import { classifyDnsError, codeOf } from "../socket/socket.ts";
import type { Clock } from "../timing/timing.ts";
import { type HostsTable, localAddresses, ofFamily } from "./parse-hosts.ts";
import type { DnsAnswer, DnsClient } from "./query-dns.ts";

/** Where a name leads: addresses in the servers' order, at least one, or why there are none. */
export type Resolution = (
  | { readonly kind: "resolved"; readonly addresses: readonly string[] }
  | { readonly kind: "failed"; readonly outcome: Outcome }
) & {
  /** How long this check waited for a name server; null where it did not have to. */
  readonly dnsTimeMs: DurationMs | null;
};

/** At once for a literal and a local name. */
export type ResolveHost = (
  hostname: string,
  family: AddressFamily,
) => Resolution | Promise<Resolution>;

/** However many servers and tries it takes, a look-up is over after this. */
export const DNS_DEADLINE_MS: DurationMs = 3 * SECOND_MS;

/** A failure is believed this long, so that a dead name is not asked for at every check. */
export const FAILURE_TTL_MS: DurationMs = 5 * SECOND_MS;

export interface ResolverSetup {
  readonly dns: DnsClient;
  readonly hosts: HostsTable;
  readonly clock: Clock;
}

/** A look-up that was made or is under way; `freshUntilMs` is monotonic, and endless until it is known. */
interface Lookup {
  readonly answer: Promise<Answer>;
  freshUntilMs: DurationMs;
  isPending: boolean;
}

type Answer = DnsAnswer | { readonly outcome: Outcome };

/**
 * Resolves by literal, hosts file, or DNS. It remembers answers for as long as they live, and who
 * asks for a name that is being looked up waits with the first. One per invocation.
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
