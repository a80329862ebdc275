import { type EpochMs, HOUR_MS, SECOND_MS, toIso } from "../../../shared/units.ts";

/** The start of every hour that the interval touches, the oldest first. */
export function hoursOf(fromMs: EpochMs, toMs: EpochMs): EpochMs[] {
  const hours: EpochMs[] = [];
  for (let at = fromMs - (fromMs % HOUR_MS); at < toMs; at += HOUR_MS) hours.push(at);
  return hours;
}

/** The partition of a shard's terms that began in one hour: `<shard>#<YYYY-MM-DDTHH>`. */
export function partitionOf(shard: number, at: EpochMs): string {
  return `${shard}#${toIso(at).slice(0, 13)}`;
}

/** Where a term began in its hour: `<MM:SS>`. */
export function secondOf(at: EpochMs): string {
  return toIso(at).slice(14, 19);
}

/** A chunk's key: partition `<shard>#<hour>`, then `<MM:SS>#<part>` or `<MM:SS>#<part>.<piece>`. */
export function chunkKey(shard: number, termFromMs: EpochMs, part: string) {
  return { pk: partitionOf(shard, termFromMs), sk: `${secondOf(termFromMs)}#${part}` };
}

/** What a chunk's sort key says, or null if it is another item's. */
export function parseSortKey(
  sk: string,
): { readonly offsetMs: number; readonly part: number } | null {
  const match = /^([0-5]\d):([0-5]\d)#(\d{1,9})(?:\.\d{1,9})?$/.exec(sk);
  if (match === null) return null;
  const [, minutes, seconds, part] = match;
  const offsetMs = (Number(minutes) * 60 + Number(seconds)) * SECOND_MS;
  return { offsetMs, part: Number(part) };
}
