import type { RecordWithTtl } from "node:dns";
import { Resolver } from "node:dns/promises";
import type { AddressFamily } from "../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { codeOf } from "../classify/classify.ts";

/** The addresses that a name server has for a name. */
export interface DnsAnswer {
  readonly addresses: readonly string[];
  /** The shortest time to live among the records. */
  readonly ttlMs: DurationMs;
}

/** Asks name servers. */
export interface DnsClient {
  /** Rejects with an error that has c-ares' `code`. */
  query(name: string, family: AddressFamily): Promise<DnsAnswer>;
  /** Gives up every query that is under way. */
  cancel(): void;
}

/** The time of one try: three of them fit into the deadline of a look-up. */
const TRY_MS: DurationMs = SECOND_MS;
const TRIES = 3;

/** Makes a client of c-ares for the system's name servers or the given ones (`address:port`), without a cache. */
export function createDnsClient(servers?: readonly string[]): DnsClient {
  const resolver = new Resolver({ timeout: TRY_MS, maxTimeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const v4 = async (name: string) => toAnswer(await resolver.resolve4(name, { ttl: true }));
  const v6 = async (name: string) => toAnswer(await resolver.resolve6(name, { ttl: true }));
  return {
    async query(name, family) {
      if (family === "ipv6") return await v6(name);
      try {
        return await v4(name);
      } catch (error) {
        // Only after "no such record" may there be an AAAA record: an absent name has none either.
        if (family === "ipv4" || codeOf(error) !== "ENODATA") throw error;
      }
      return await v6(name);
    },
    cancel: () => resolver.cancel(),
  };
}

function toAnswer(records: readonly RecordWithTtl[]): DnsAnswer {
  const ttls = records.map((record) => record.ttl);
  return {
    addresses: records.map((record) => record.address),
    ttlMs: Math.min(...ttls) * SECOND_MS,
  };
}
