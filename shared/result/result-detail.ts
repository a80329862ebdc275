import type { Phase } from "../task/task.ts";
import type { DurationMs, EpochMs } from "../units.ts";
import { type ErrorKind, type Outcome, usualPhaseOf } from "./error-kinds.ts";

/** Which certificate a server showed, and when its chain is valid: in every result with TLS. */
export interface CertificateNote {
  /** The first 64 bits of SHA-256 over the certificate's own fingerprint and those above it, in hex. */
  readonly id: string;
  /** When the server's own certificate begins to be valid. */
  readonly fromMs: EpochMs;
  /** The earliest end in the chain. */
  readonly untilMs: EpochMs;
}

/** One certificate of a chain, its texts cut to what a record can hold. */
export interface CertificateLink {
  readonly subject: string;
  readonly issuer: string;
  /** Subject alternative names, at most 20. */
  readonly names: readonly string[];
  /** How many there are. */
  readonly nameCount: number;
  readonly serial: string;
  /** SHA-256, in hex. */
  readonly fingerprint: string;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** E.g. `RSA` or `EC`, with its size in bits; null if it is not known. */
  readonly keyType: string | null;
  readonly keyBits: number | null;
}

/** All that is recorded of a TLS session, when it changes and once an hour. */
export interface CertificateFacts {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn: string | null;
  /** From the server's own certificate upwards, at most 10. */
  readonly chain: readonly CertificateLink[];
  /** What is wrong with it, by OpenSSL's code; null if it is trusted and for this name. */
  readonly fault: string | null;
}

/** One address of a check that has several. */
export interface AddressPart {
  readonly address: string;
  readonly outcome: Outcome;
  readonly connectTimeMs: DurationMs | null;
}

/**
 * How a held connection ended. `ours`: it was held as long as it should be. `answer`: the peer answered
 * something else than expected. The others are the peer's; `docs/phases/hold.md` tells them apart.
 */
export type HoldEnd = "ours" | "fin" | "goodbye" | "reset" | "silence" | "violated" | "answer";

/** Where a connection that is to be held is in its life. */
export type HoldState =
  | "establishing"
  | "authenticating"
  | "active"
  | "violated"
  | "terminating"
  | "terminated";

/** When a held connection came into a state. */
export interface HoldStep {
  readonly state: HoldState;
  readonly atMs: EpochMs;
}

/** What only checks beyond the plain one notice; each field is absent without it. */
export interface ResultDetail {
  /** Where it failed, if its kind alone does not say it. */
  readonly failedPhase?: Phase;
  readonly certificate?: CertificateNote;
  readonly certificateFacts?: CertificateFacts;
  /** What `expect` steps captured by name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The beginning of an answer that was not expected, in printable characters. */
  readonly answer?: string;
  readonly parts?: readonly AddressPart[];
  /** Addresses that the name has since this check, or has no more. */
  readonly appeared?: readonly string[];
  readonly left?: readonly string[];
  /** The family whose addresses could not be looked up although the other's could, and how that failed. */
  readonly unresolved?: { readonly family: "ipv4" | "ipv6"; readonly outcome: Outcome };
  /** Why the attempts before this one failed, in their order. */
  readonly retried?: readonly ErrorKind[];
  readonly holdEnd?: HoldEnd;
  /** The states of a held connection since it was established, in their order; with its end. */
  readonly holdSteps?: readonly HoldStep[];
  /** For how long nothing was exchanged before its end. */
  readonly holdIdleMs?: DurationMs;
}

/** The text of a detail, as chunks store it. */
export function printDetail(detail: ResultDetail): string {
  return JSON.stringify(detail);
}

/** Reads a stored detail. Fields of a later version are kept; what is no detail is read as none. */
export function parseDetail(text: string): ResultDetail | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** The phase in which a check failed; null if it did not, or if there is no telling. */
export function failedPhaseOf(outcome: Outcome, detail: ResultDetail | null): Phase | null {
  if (outcome === "open") return null;
  return detail?.failedPhase ?? usualPhaseOf(outcome);
}
