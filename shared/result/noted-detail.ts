import { PHASES, type Phase } from "../task/task.ts";
import type { EpochMs } from "../units.ts";
import type {
  CertificateFacts,
  CertificateLink,
  CertificateNote,
  ResultDetail,
} from "./result-detail.ts";

/** What home makes use of in a detail; each field is absent without it. */
export interface NotedDetail {
  readonly failedPhase?: Phase;
  readonly certificate?: CertificateNote;
  /** Of that certificate. */
  readonly facts?: CertificateFacts;
  readonly appeared?: readonly string[];
  readonly left?: readonly string[];
}

/** A check has so many addresses at most. */
const MOST_ADDRESSES = 16;

/** The longest address, `ffff:…:255.255.255.255`, has 45 characters; a zone may follow. */
const LONGEST_ADDRESS = 64;

/** A longer text of a certificate is cut: an event shows it. */
const LONGEST_TEXT = 256;

const YEAR_0_MS: EpochMs = -62_167_219_200_000;
const YEAR_10000_MS: EpochMs = 253_402_300_800_000;

const MOST_NAMES = 20;
const MOST_LINKS = 10;

/**
 * Reads a stored detail. It may be of a later version or damaged, so that any field may be anything:
 * what has another form than is known here is left out.
 */
export function noteOf(detail: ResultDetail): NotedDetail {
  const { failedPhase, certificate, certificateFacts, appeared, left }: Unread = detail;
  const phase = PHASES.find((known) => known === failedPhase);
  const note = readCertificate(certificate);
  const facts = note === null ? null : readFacts(certificateFacts);
  const lists = { appeared: readAddresses(appeared), left: readAddresses(left) };
  return {
    ...(phase !== undefined && { failedPhase: phase }),
    ...(note !== null && { certificate: note }),
    ...(facts !== null && { facts }),
    ...(lists.appeared.length > 0 && { appeared: lists.appeared }),
    ...(lists.left.length > 0 && { left: lists.left }),
  };
}

type Unread = Readonly<Partial<Record<keyof ResultDetail, unknown>>>;

function readCertificate(stored: unknown): CertificateNote | null {
  const { id, fromMs, untilMs }: Record<keyof CertificateNote, unknown> = Object(stored);
  if (typeof id !== "string" || !/^[0-9a-f]{8,64}$/.test(id)) return null;
  return isInstant(fromMs) && isInstant(untilMs) ? { id, fromMs, untilMs } : null;
}

function readFacts(stored: unknown): CertificateFacts | null {
  const { protocol, cipher, alpn, chain, fault }: Record<keyof CertificateFacts, unknown> =
    Object(stored);
  const links = Array.isArray(chain) ? chain.slice(0, MOST_LINKS).map(readLink) : [];
  const known = links.filter((link) => link !== null);
  if (known.length === 0 || known.length < links.length) return null;
  return {
    protocol: textOf(protocol),
    cipher: textOf(cipher),
    alpn: textOrNull(alpn),
    chain: known,
    fault: textOrNull(fault),
  };
}

function readLink(stored: unknown): CertificateLink | null {
  const link: Record<keyof CertificateLink, unknown> = Object(stored);
  const { fromMs, untilMs, keyType, keyBits } = link;
  if (!isInstant(fromMs) || !isInstant(untilMs)) return null;
  const names = Array.isArray(link.names) ? link.names.slice(0, MOST_NAMES).map(textOf) : [];
  return {
    subject: textOf(link.subject),
    issuer: textOf(link.issuer),
    names,
    nameCount: Number.isSafeInteger(link.nameCount) ? Number(link.nameCount) : names.length,
    serial: textOf(link.serial),
    fingerprint: textOf(link.fingerprint),
    fromMs,
    untilMs,
    keyType: textOrNull(keyType),
    keyBits: typeof keyBits === "number" && Number.isFinite(keyBits) ? keyBits : null,
  };
}

/** In order and each once, so that what is made of them does not depend on the order of an answer. */
function readAddresses(stored: unknown): string[] {
  if (!Array.isArray(stored)) return [];
  const known = stored.filter((each): each is string => {
    return typeof each === "string" && each !== "" && each.length <= LONGEST_ADDRESS;
  });
  return [...new Set(known)].sort().slice(0, MOST_ADDRESSES);
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? textOf(value) : null;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, LONGEST_TEXT).toWellFormed() : "";
}

/** The years 0 to 9999, which are all that a certificate can say and ISO 8601 writes in four digits. */
function isInstant(value: unknown): value is EpochMs {
  return Number.isInteger(value) && Number(value) >= YEAR_0_MS && Number(value) < YEAR_10000_MS;
}
