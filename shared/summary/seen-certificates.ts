import type { CertificateFacts, CertificateNote } from "../result/result.ts";
import type { EpochMs } from "../units.ts";
import type { RegionWindow } from "./summarise.ts";

/** A certificate that a region saw in a window. */
export interface SeenCertificate extends CertificateNote {
  /** The first check that saw it. */
  readonly atMs: EpochMs;
  /** Null if no check of the window has them: they are recorded when they change and once an hour. */
  readonly facts: CertificateFacts | null;
}

/** The certificates that a region saw in a window, each once, in the order in which they came. */
export function seenCertificates({ checks, figures }: RegionWindow): SeenCertificate[] {
  const seen = new Map<string, SeenCertificate>();
  // Most tasks have none, and then nothing is to be looked through.
  if ((figures.deep?.certificateUntilMs ?? null) === null) return [];
  for (const { slotAtMs: atMs, deep } of checks) {
    if (deep?.certificate === undefined) continue;
    const { certificate, facts = null } = deep;
    const held = seen.get(certificate.id);
    if (held === undefined) seen.set(certificate.id, { ...certificate, atMs, facts });
    else if (held.facts === null && facts !== null) seen.set(held.id, { ...held, facts });
  }
  return [...seen.values()];
}

/** The earliest end of the certificates that any region saw in a window; null if none saw one. */
export function earliestEnd(regions: readonly Pick<RegionWindow, "figures">[]): EpochMs | null {
  const ends = regions.flatMap(({ figures }) => figures.deep?.certificateUntilMs ?? []);
  return ends.length === 0 ? null : Math.min(...ends);
}
