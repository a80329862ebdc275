import type { Mutant } from "./mutant.ts";

/** A mutant that no test can tell from the code, and why. */
export interface Accepted {
  readonly file: string;
  /** The line as it is, and with the bug in it. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** Reads one JSON object a line. */
export function readAccepted(text: string): readonly Accepted[] {
  return text.split("\n").filter(Boolean).map(parseLine);
}

/** Those that are about no mutant any more: the line has changed, moved or gone. */
export function staleAmong(
  accepted: readonly Accepted[],
  mutants: readonly Mutant[],
  files: readonly string[],
): readonly Accepted[] {
  const known = new Set(mutants.map(keyOf));
  const looked = new Set(files);
  return accepted.filter((one) => looked.has(one.file) && !known.has(keyOf(one)));
}

/** What an accepted mutant and a listed one are known by. */
export function keyOf({ file, from, to }: Pick<Accepted, "file" | "from" | "to">): string {
  return JSON.stringify([file, from, to]);
}

function parseLine(line: string, index: number): Accepted {
  const entry: unknown = JSON.parse(line);
  if (isAccepted(entry)) return entry;
  throw new Error(`line ${index + 1} of the accepted mutants must have file, from, to and why`);
}

function isAccepted(entry: unknown): entry is Accepted {
  if (typeof entry !== "object" || entry === null) return false;
  const fields = new Map<string, unknown>(Object.entries(entry));
  return ["file", "from", "to", "why"].every((name) => {
    const value = fields.get(name);
    return typeof value === "string" && value !== "";
  });
}
