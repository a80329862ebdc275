import { type EpochMs, HOUR_MS, SECOND_MS, toIso } from "../../../shared/units.ts";

/** The key of a stored chunk: the hour and second at which its cover began, and its part. */
export interface ChunkKey {
  readonly pk: string;
  readonly sk: string;
}

/** The first hour partitions that a span of covers touches, and all that follow up to its end. */
export function hoursOf(fromMs: EpochMs, toMs: EpochMs): EpochMs[] {
  const hours: EpochMs[] = [];
  for (let at = startOfHour(fromMs); at < toMs; at += HOUR_MS) hours.push(at);
  return hours;
}

export function startOfHour(at: EpochMs): EpochMs {
  return at - (at % HOUR_MS);
}

/** `<shard>#<YYYY-MM-DDTHH>` */
export function partitionOf(shard: number, at: EpochMs): string {
  return `${shard}#${toIso(at).slice(0, 13)}`;
}

/** `<MM:SS>` */
export function secondOf(at: EpochMs): string {
  return toIso(at).slice(14, 19);
}

/** `<MM:SS>#<part>`, with `.<piece>` where a part was too large for one item. */
export function chunkKey(shard: number, termFromMs: EpochMs, part: string): ChunkKey {
  return { pk: partitionOf(shard, termFromMs), sk: `${secondOf(termFromMs)}#${part}` };
}

/** What a sort key says, or null where it is none of a chunk. */
export function parseSortKey(
  sk: string,
): { readonly offsetMs: number; readonly part: number } | null {
  const match = /^([0-5]\d):([0-5]\d)#(\d{1,9})(?:\.\d{1,9})?$/.exec(sk);
  if (match === null) return null;
  const [, minutes, seconds, part] = match;
  const offsetMs = (Number(minutes) * 60 + Number(seconds)) * SECOND_MS;
  return { offsetMs, part: Number(part) };
}
