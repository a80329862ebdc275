import type { RecordWithTtl } from "node:dns";
import { Resolver } from "node:dns/promises";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";

/** A family of addresses that a name server is asked for: A or AAAA records. */
export type Family = "ipv4" | "ipv6";

/** The addresses that a name server has for a name; at least one. */
export interface DnsAnswer {
  readonly addresses: readonly string[];
  /** The shortest time to live among the records, as the server gave it. */
  readonly ttlMs: DurationMs;
}

/** Asks name servers. */
export interface DnsClient {
  /** Asks for the records of one family. Rejects with an error that has c-ares' `code`. */
  query(name: string, family: Family): Promise<DnsAnswer>;
  /** Gives up every query that is under way. */
  cancel(): void;
}

/** The time of one try: three of them fit into the deadline of a look-up. */
export const TRY_MS: DurationMs = SECOND_MS;
const TRIES = 3;

/** Makes a client of c-ares for the system's name servers or the given ones (`address:port`), without a cache. */
export function createDnsClient(servers?: readonly string[]): DnsClient {
  const resolver = new Resolver({ timeout: TRY_MS, maxTimeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  return {
    async query(name, family) {
      const withTtl = { ttl: true } as const;
      if (family === "ipv4") return toAnswer(await resolver.resolve4(name, withTtl));
      return toAnswer(await resolver.resolve6(name, withTtl));
    },
    cancel: () => resolver.cancel(),
  };
}

// c-ares gives an empty list for a CNAME that leads to no address.
function toAnswer(records: readonly RecordWithTtl[]): DnsAnswer {
  if (records.length === 0) throw new NoDataError("The answer has no address");
  const ttls = records.map((record) => record.ttl);
  return {
    addresses: records.map((record) => record.address),
    ttlMs: Math.min(...ttls) * SECOND_MS,
  };
}

/** What c-ares reports of a name without records of the family. */
class NoDataError extends Error {
  readonly code = "ENODATA";
}
