const MOST_NAMES = 20;
const MOST_CHARACTERS = 200;

/** Kinds of names that a server is verified by. Node puts a name in quotes if it has odd characters. */
const NAME = /(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g;

/** The names of a certificate that a record shows. */
export interface ShownNames {
  readonly names: readonly string[];
  readonly nameCount: number;
}

/** Reads Node's text of the subject alternative names. */
export function readNames(subjectAltName: string | undefined): ShownNames {
  const names: string[] = [];
  let nameCount = 0;
  for (const [, name = ""] of (subjectAltName ?? "").matchAll(NAME)) {
    nameCount++;
    if (names.length < MOST_NAMES) names.push(name.slice(0, MOST_CHARACTERS));
  }
  return { names, nameCount };
}
