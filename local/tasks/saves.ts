/** What a look at some files found of each, by its path: its bytes, or a sentence why it cannot be read. */
export type Sighting = ReadonlyMap<string, Buffer | string>;

/** What is known of files that are looked at again and again. */
export interface Saves {
  /** What the last save was taken to be. */
  readonly taken: Sighting;
  /** What was seen at the last look. */
  readonly last: Sighting;
}

/** The state before the first look, of files that were read once. */
export function firstSaves(read: Sighting): Saves {
  return { taken: read, last: read };
}

/**
 * Takes one look. A save is what two consecutive looks have in common and the last save did not: a
 * file that is still being written differs from one look to the next.
 */
export function takeLook(
  { taken, last }: Saves,
  seen: Sighting,
): { readonly saves: Saves; readonly save: Sighting | null } {
  const isSave = isSame(seen, last) && !isSame(seen, taken);
  const saves = { taken: isSave ? seen : taken, last: seen };
  return { saves, save: isSave ? seen : null };
}

/** A folder may have other files than before, or the same ones in the same order. */
function isSame(a: Sighting, b: Sighting): boolean {
  return a.size === b.size && [...a].every(([path, part]) => isSamePart(part, b.get(path)));
}

function isSamePart(a: Buffer | string, b: Buffer | string | undefined): boolean {
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : a === b;
}
