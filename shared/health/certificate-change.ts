import { type SeenCertificate, seenCertificates, type TaskWindow } from "../summary/summary.ts";
import { DAY_MS, type RegionName } from "../units.ts";
import type { CertificateTransition, Judgement, KnownCertificate } from "./model.ts";

/** So many certificates of a task are known; the one that was not seen for longest is forgotten. */
const MOST_KNOWN = 8;

/** Which region saw a certificate first in a window. */
interface Sighting extends SeenCertificate {
  readonly region: RegionName;
}

/**
 * Notes the certificates of a closed window, and tells of those that are not among the known ones.
 * Those of the first sight are known without a word. When eight were new in the last day, further ones
 * are not noted: a target that makes one for each connection would else ring in every minute.
 */
export function noteCertificates({ state, transitions }: Judgement, window: TaskWindow): Judgement {
  const seen = sightings(window);
  if (seen.length === 0) return { state, transitions };
  const before = state.certificates ?? [];
  const fresh = seen.filter(({ id }) => !before.some((known) => known.id === id));
  const noted = fresh.slice(0, roomFor(before, window));
  const kept = before.map((known) => refreshed(known, seen, window));
  if (noted.length === 0 && kept.every((known, i) => known === before[i]))
    return { state, transitions };
  const certificates = latestOf([...kept, ...noted.map((each) => knownFrom(each, window))]);
  const previous = latestOf(before)[0];
  const changes = previous === undefined ? [] : noted.map((each) => changeTo(each, previous));
  return { state: { ...state, certificates }, transitions: [...transitions, ...changes] };
}

/** Each certificate of a window once, by the first check that saw it. */
function sightings({ regions }: TaskWindow): Sighting[] {
  const all = Object.entries(regions).flatMap(([region, own]) =>
    seenCertificates(own).map((each) => ({ ...each, region })),
  );
  all.sort((a, b) => a.atMs - b.atMs || (a.region < b.region ? -1 : 1));
  const firsts = new Map<string, Sighting>();
  for (const each of all) {
    const first = firsts.get(each.id);
    if (first === undefined) firsts.set(each.id, each);
    else if (first.facts === null) firsts.set(each.id, { ...first, facts: each.facts });
  }
  return [...firsts.values()];
}

function roomFor(known: readonly KnownCertificate[], { periodEndMs }: TaskWindow): number {
  const newOnes = known.filter(({ firstAtMs }) => periodEndMs - firstAtMs < DAY_MS);
  return Math.max(0, MOST_KNOWN - newOnes.length);
}

/** Once a day is enough to tell which one was not seen for longest. */
function refreshed(
  known: KnownCertificate,
  seen: readonly Sighting[],
  { periodStartMs, periodEndMs }: TaskWindow,
): KnownCertificate {
  const isDue = periodEndMs - known.lastAtMs >= DAY_MS;
  return isDue && seen.some(({ id }) => id === known.id)
    ? { ...known, lastAtMs: periodStartMs }
    : known;
}

function knownFrom({ id, fromMs, untilMs }: Sighting, { periodStartMs }: TaskWindow) {
  return { id, fromMs, untilMs, firstAtMs: periodStartMs, lastAtMs: periodStartMs };
}

/** The one that was seen last is first. */
function latestOf(known: readonly KnownCertificate[]): KnownCertificate[] {
  const sorted = known.toSorted((a, b) => b.lastAtMs - a.lastAtMs || b.firstAtMs - a.firstAtMs);
  return sorted.slice(0, MOST_KNOWN);
}

function changeTo(
  { region, atMs, facts, id, fromMs, untilMs }: Sighting,
  before: KnownCertificate,
): CertificateTransition {
  return { kind: "certificate", region, atMs, before, after: { id, fromMs, untilMs }, facts };
}
