import { isIP } from "node:net";
import type { Outcome } from "../../../shared/result/result.ts";
import type { AddressFamily } from "../../../shared/task/task.ts";
import {
  type DurationMs,
  MINUTE_MS,
  SECOND_MS,
  toMicrosecondPrecision,
} from "../../../shared/units.ts";
import { isLocalhost } from "../../../shared/vet/vet.ts";
import { classifyDnsError } from "../classify/classify.ts";
import { askNameServers } from "./ask-name-servers.ts";
import { QuestionPacer } from "./pace-questions.ts";
import {
  canonicalHost,
  type HostsTable,
  localAddresses,
  ofFamily,
  otherFamilyOf,
} from "./parse-hosts.ts";
import type { Family } from "./query-dns.ts";
import type { AskSetup, Question, Reply } from "./question.ts";

/** A family whose addresses could not be looked up, although the other's could, and how it failed. */
export interface UnresolvedFamily {
  readonly family: Family;
  readonly outcome: Outcome;
}

/** At least one address, in the servers' order, or the outcome if there is none. */
export type Resolution = (
  | {
      readonly kind: "resolved";
      readonly addresses: readonly string[];
      /** Tried if the first of `addresses` gets nowhere: a local name's addresses of the other family. */
      readonly otherFamily?: readonly string[];
      /** Every address was wanted, and some may be missing. */
      readonly unresolved?: UnresolvedFamily;
    }
  | { readonly kind: "failed"; readonly outcome: Outcome; readonly errorCode?: string }
) & {
  /**
   * How long name servers were asked while this check waited; null if it did not have to wait. To
   * wait for the turn to ask is not part of it.
   */
  readonly dnsTimeMs: DurationMs | null;
};

/** How a look-up differs from the usual one. */
export interface LookupWish {
  /**
   * Addresses of both families, if the task takes both: `every` waits for both answers, `racing` gives
   * what there is soon after the first.
   */
  readonly scope?: "every" | "racing";
  /** What was answered before is not used: name servers are asked now. */
  readonly anew?: true;
}

/** Looks a name up: at once for a literal and a local name, else by a promise that never rejects. */
export type ResolveHost = (
  hostname: string,
  family: AddressFamily,
  wish?: LookupWish,
) => Resolution | Promise<Resolution>;

/**
 * A failure is remembered this long, so that the tasks of a dead name ask together. A recheck comes a
 * second later at the earliest, and must ask again: the same answer twice is no second failure.
 */
const FAILURE_TTL_MS: DurationMs = 0.9 * SECOND_MS;

/** An answer is remembered for its time to live, within these bounds: a server may say 0 or 136 years. */
const LEAST_TTL_MS: DurationMs = SECOND_MS;
const MOST_TTL_MS: DurationMs = MINUTE_MS;

/** What a resolver works with. */
export interface ResolverSetup extends Omit<AskSetup, "pacer"> {
  readonly hosts: HostsTable;
  /** How many connects start a second: look-ups start no faster. */
  readonly startsPerSecond: number;
}

/** Looks names up for one invocation. */
export interface HostResolver {
  readonly resolve: ResolveHost;
  /** Gives up every look-up. */
  close(): void;
}

/** A look-up that waits, is under way, or has ended. */
interface Lookup {
  readonly reply: Promise<Reply>;
  /** Monotonic; null until the name servers are asked. */
  askedAtMs: DurationMs | null;
  /** Monotonic; null until it has ended. */
  freshUntilMs: DurationMs | null;
}

/**
 * Makes a resolver by literal, hosts file and DNS. It remembers an answer for its time to live;
 * checks of a name that is being looked up wait for that look-up.
 */
export function createHostResolver(setup: ResolverSetup): HostResolver {
  const pacer = new QuestionPacer(setup.clock, setup.startsPerSecond);
  const lookups = new Lookups({ ...setup, pacer });
  return {
    resolve: (hostname, family, wish) => {
      const name = canonicalHost(hostname);
      if (isIP(name) !== 0)
        return { kind: "resolved", addresses: [name], otherFamily: [], dnsTimeMs: null };
      const known = localAddresses(name, setup.hosts);
      if (family === "any" && wish?.scope !== undefined) {
        if (known.length > 0) return { kind: "resolved", addresses: known, dnsTimeMs: null };
        return lookups.resolve({ name, family: wish.scope }, wish);
      }
      const addresses = ofFamily(known, family);
      const otherFamily = family === "any" ? otherFamilyOf(name, known) : [];
      if (addresses.length > 0)
        return { kind: "resolved", addresses, otherFamily, dnsTimeMs: null };
      if (isLocalhost(name)) return { kind: "failed", outcome: "dns_not_found", dnsTimeMs: null };
      return lookups.resolve({ name, family }, wish);
    },
    close: () => {
      pacer.close();
      setup.dns.cancel();
    },
  };
}

/** The look-ups of one invocation, by question. */
class Lookups {
  readonly #setup: AskSetup;
  readonly #byQuestion = new Map<string, Lookup>();

  constructor(setup: AskSetup) {
    this.#setup = setup;
  }

  async resolve(question: Question, wish?: LookupWish): Promise<Resolution> {
    const { clock } = this.#setup;
    const cameAtMs = clock.monotonic();
    // What is asked for anew has been answered for nobody, and all who ask meanwhile share it.
    const lookup = this.#lookupOf(question, wish?.anew ? Number.POSITIVE_INFINITY : cameAtMs);
    const hadToWait = lookup.freshUntilMs === null;
    const reply = await lookup.reply;
    const sinceMs = Math.max(cameAtMs, lookup.askedAtMs ?? cameAtMs);
    const dnsTimeMs = hadToWait ? toMicrosecondPrecision(clock.monotonic() - sinceMs) : null;
    if ("addresses" in reply) return { ...foundIn(reply), dnsTimeMs };
    const { outcome, errorCode } = classifyDnsError(reply.code);
    return { kind: "failed", outcome, ...(errorCode !== null && { errorCode }), dnsTimeMs };
  }

  #lookupOf(question: Question, nowMs: DurationMs): Lookup {
    const key = `${question.family} ${question.name}`;
    const known = this.#byQuestion.get(key);
    const isFresh =
      known !== undefined && (known.freshUntilMs === null || nowMs < known.freshUntilMs);
    const lookup = isFresh ? known : this.#start(question);
    this.#byQuestion.set(key, lookup);
    return lookup;
  }

  #start(question: Question): Lookup {
    const { pacer, clock } = this.#setup;
    const ask = async (): Promise<Reply> => {
      const turn = await pacer.take();
      if (turn === null) return CLOSED;
      lookup.askedAtMs = clock.monotonic();
      const reply = await askNameServers(this.#setup, question);
      turn.end();
      lookup.freshUntilMs = clock.monotonic() + lifeOf(reply);
      return reply;
    };
    const lookup: Lookup = { askedAtMs: null, freshUntilMs: null, reply: ask() };
    return lookup;
  }
}

/** What c-ares reports of a query that was given up. */
const CLOSED: Reply = { code: "ECANCELLED" };

function foundIn({ addresses, failed }: Extract<Reply, { readonly ttlMs: DurationMs }>) {
  if (failed === undefined) return { kind: "resolved", addresses } as const;
  const { family, code } = failed;
  const unresolved = { family, outcome: classifyDnsError(code).outcome };
  return { kind: "resolved", addresses, unresolved } as const;
}

function lifeOf(reply: Reply): DurationMs {
  if (!("addresses" in reply) || reply.failed !== undefined) return FAILURE_TTL_MS;
  // A time that is no number is not more than the least either.
  return reply.ttlMs > LEAST_TTL_MS ? Math.min(reply.ttlMs, MOST_TTL_MS) : LEAST_TTL_MS;
}
