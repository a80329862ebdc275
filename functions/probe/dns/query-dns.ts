import type { RecordWithTtl } from "node:dns";
import { Resolver } from "node:dns/promises";
import type { AddressFamily } from "../../../shared/task/task.ts";
import { type DurationMs, SECOND_MS } from "../../../shared/units.ts";
import { codeOf } from "../socket/socket.ts";

export interface DnsAnswer {
  readonly addresses: readonly string[];
  /** The shortest life among the records. */
  readonly ttlMs: DurationMs;
}

/** Asks a name server; rejects with c-ares' codes. */
export interface DnsClient {
  query(name: string, family: AddressFamily): Promise<DnsAnswer>;
  /** Gives up whatever is still asked. */
  cancel(): void;
}

/** One try, so that the third still ends within the deadline of a look-up. */
const TRY_MS: DurationMs = SECOND_MS;
const TRIES = 3;

/** c-ares, by the system's name servers or the given ones (`address:port`). Nothing is cached here. */
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
        // Only "no such record" leaves a question: a name that does not exist has no AAAA either.
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
