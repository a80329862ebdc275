import { readFileSync } from "node:fs";
import { LEAST_TOKEN_CHARACTERS } from "../guard/page-token.ts";

/** The variable that holds the token if no file does. */
const TOKEN_VARIABLE = "SYNFLEET_PAGE_TOKEN";

/** A token that can't be used, or can't be read. The message has nothing of it. */
export class TokenError extends Error {}

/** Where a token may be. */
export interface TokenPlaces {
  readonly file: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The token of a file, else of the environment; null if there is none. Throws TokenError if it is bad. */
export function readPageToken({ file, environment }: TokenPlaces): string | null {
  if (file !== null) return checkToken(readTokenFile(file), file);
  const value = environment[TOKEN_VARIABLE];
  return value === undefined || value === "" ? null : checkToken(value, TOKEN_VARIABLE);
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new TokenError(`The token file ${file} can't be read (${reason})`);
  }
}

function checkToken(text: string, where: string): string {
  const token = text.trim();
  if (token.length >= LEAST_TOKEN_CHARACTERS && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new TokenError(
    `The token in ${where} must have at least ${LEAST_TOKEN_CHARACTERS} characters of ASCII, without blanks`,
  );
}
