import type { X509Certificate } from "node:crypto";
import type {
  CertificateFacts,
  CertificateLink,
  CertificateNote,
} from "../../../../shared/result/result.ts";
import { type DurationMs, type EpochMs, MINUTE_MS } from "../../../../shared/units.ts";
import { type ChainIdentity, identityOf, linkOf } from "./read-chain.ts";

/** Even if nothing changes it is told again, for readers that have missed it. */
const TOLD_EVERY_MS: DurationMs = 60 * MINUTE_MS;

/** A shard of a thousand tasks tells of all within a quarter of an hour; each chunk stays small. */
const MOST_BYTES_A_MINUTE = 64 * 1_024;

const MOST_CHAINS = 1_000;
const MOST_TASKS = 10_000;

/** What a TLS session was found to be. */
export interface SeenSession extends Omit<CertificateFacts, "chain"> {
  readonly taskName: string;
  readonly chain: readonly X509Certificate[];
}

/** What a check tells of its certificate. */
export interface ToldCertificate {
  readonly certificate?: CertificateNote;
  readonly certificateFacts?: CertificateFacts;
}

/** Which certificates a process has seen, and which tasks have told of them. */
export class CertificateNotes {
  readonly #chains = new Map<string, readonly CertificateLink[]>();
  readonly #told = new Map<string, { readonly key: string; readonly atMs: EpochMs }>();
  #minute = 0;
  #bytes = 0;
  /** Facts of this minute: equal ones take their bytes once. */
  readonly #recent = new Set<string>();

  /** Notes what a check has seen; nothing is told of a server without a certificate. */
  tell(seen: SeenSession, nowMs: EpochMs): ToldCertificate {
    if (seen.chain.length === 0) return {};
    const identity = identityOf(seen.chain);
    const links = this.#linksOf(seen.chain, identity);
    const certificate = noteOf(identity.id, links, seen.fault === null ? nowMs : 0);
    const { protocol, cipher, alpn, fault } = seen;
    const key = [identity.id, protocol, cipher, alpn, fault].join(" ");
    if (!this.#isDue(seen.taskName, key, nowMs)) return { certificate };
    const facts: CertificateFacts = { protocol, cipher, alpn, chain: links, fault };
    if (!this.#mayTell(facts, key, nowMs)) return { certificate };
    put(this.#told, MOST_TASKS, seen.taskName, { key, atMs: nowMs });
    return { certificate, certificateFacts: facts };
  }

  #linksOf(
    chain: readonly X509Certificate[],
    { id, fingerprints }: ChainIdentity,
  ): readonly CertificateLink[] {
    const known = this.#chains.get(id);
    if (known !== undefined) return known;
    const links = chain.map((one, index) => linkOf(one, fingerprints[index] ?? ""));
    put(this.#chains, MOST_CHAINS, id, links);
    return links;
  }

  #isDue(taskName: string, key: string, nowMs: EpochMs): boolean {
    const told = this.#told.get(taskName);
    if (told === undefined || told.key !== key) return true;
    // A clock that was set back does not silence it.
    return Math.abs(nowMs - told.atMs) >= TOLD_EVERY_MS;
  }

  /** What finds no room now is told by a later check. */
  #mayTell(facts: CertificateFacts, key: string, nowMs: EpochMs): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#bytes = 0;
      this.#recent.clear();
    }
    if (this.#recent.has(key)) return true;
    const bytes = Buffer.byteLength(JSON.stringify(facts));
    if (this.#bytes + bytes > MOST_BYTES_A_MINUTE) return false;
    this.#bytes += bytes;
    this.#recent.add(key);
    return true;
  }
}

/**
 * In a chain that is trusted, what has expired was not needed: servers send certificates for old
 * clients along. Otherwise `nowMs` is 0, and the earliest end of all counts.
 */
function noteOf(id: string, links: readonly CertificateLink[], nowMs: EpochMs): CertificateNote {
  const ends = links.map(({ untilMs }) => untilMs).filter((endMs) => endMs >= nowMs);
  return { id, fromMs: links[0]?.fromMs ?? 0, untilMs: Math.min(...ends) };
}

/** Sets an entry; the oldest makes room. */
function put<Value>(map: Map<string, Value>, most: number, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
