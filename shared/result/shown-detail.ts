import { type EpochMs, toIso } from "../units.ts";
import type {
  AddressPart,
  CertificateFacts,
  CertificateLink,
  HoldStep,
  ResultDetail,
} from "./result-detail.ts";

/** A detail as records show it, in snake_case with ISO 8601 instants; what is absent is left out. */
export function toShownDetail(detail: ResultDetail): Readonly<Record<string, unknown>> {
  const { certificate, certificateFacts, parts } = detail;
  const shown = {
    certificate_id: certificate?.id,
    certificate_valid_from: shownInstant(certificate?.fromMs),
    certificate_expires_at: shownInstant(certificate?.untilMs),
    session: certificateFacts && showFacts(certificateFacts),
    labels: detail.labels,
    answer: detail.answer,
    addresses: parts?.map(showPart),
    appeared: detail.appeared,
    left: detail.left,
    unresolved: detail.unresolved,
    retried: detail.retried,
    hold_end: detail.holdEnd,
    hold_states: detail.holdSteps?.map(showStep),
    hold_idle_ms: detail.holdIdleMs,
  };
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}

function showFacts({ protocol, cipher, alpn, chain, fault }: CertificateFacts) {
  return { protocol, cipher, alpn, fault, chain: chain.map(showLink) };
}

function showLink({ nameCount, fromMs, untilMs, keyType, keyBits, ...link }: CertificateLink) {
  return {
    ...link,
    name_count: nameCount,
    valid_from: shownInstant(fromMs),
    expires_at: shownInstant(untilMs),
    key_type: keyType,
    key_bits: keyBits,
  };
}

function showPart({ address, outcome, connectTimeMs }: AddressPart) {
  return { address, outcome, connect_time_ms: connectTimeMs };
}

function showStep({ state, atMs }: HoldStep) {
  return { state, at: shownInstant(atMs) };
}

/** What a target claims may be beyond any date. */
function shownInstant(atMs: EpochMs | undefined): string | null | undefined {
  if (atMs === undefined) return undefined;
  return Number.isNaN(new Date(atMs).getTime()) ? null : toIso(atMs);
}
