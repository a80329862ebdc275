import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { DAY_MS, type DurationMs, type EpochMs, SECOND_MS } from "../../../shared/units.ts";

/** A shorter token can be guessed. */
export const LEAST_TOKEN_CHARACTERS = 16;

const SIGNED_IN_MS: DurationMs = 7 * DAY_MS;

/**
 * The token that whoever looks at the page must have. Who has shown it gets a cookie that does not hold
 * it: the end of the session, and a signature that only this token makes. So a new token ends all
 * sessions, and a restart ends none.
 */
export class PageToken {
  readonly #token: string;
  readonly #key: Buffer;
  readonly #cookie: string;

  /** A browser keeps cookies by host, whatever the port: pages on two ports must not take each other's. */
  constructor(token: string, port: number) {
    this.#token = token;
    this.#cookie = `synfleet_page_${port}`;
    this.#key = createHmac("sha256", token).update("synfleet page session").digest();
  }

  /** Compares in constant time. */
  isRight(given: string): boolean {
    return isSameText(given, this.#token);
  }

  /** The `set-cookie` header of a new session. One that began with TLS is not sent without. */
  newCookie(nowMs: EpochMs, isEncrypted: boolean): string {
    const until = `${nowMs + SIGNED_IN_MS}.${randomBytes(12).toString("hex")}`;
    const value = `${until}.${this.#sign(until)}`;
    const maxAge = SIGNED_IN_MS / SECOND_MS;
    const attributes = `Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict`;
    return `${this.#cookie}=${value}; ${attributes}${isEncrypted ? "; Secure" : ""}`;
  }

  /** Whether a `cookie` header has a session that goes on. */
  hasSession(cookies: string | undefined, nowMs: EpochMs): boolean {
    const [, until = "", signature = ""] =
      new RegExp(`(?:^|;\\s*)${this.#cookie}=(\\d+\\.[0-9a-f]+)\\.([0-9a-f]+)(?:;|$)`).exec(
        cookies ?? "",
      ) ?? [];
    return isSameText(signature, this.#sign(until)) && Number(until.split(".")[0]) > nowMs;
  }

  #sign(text: string): string {
    return createHmac("sha256", this.#key).update(text).digest("hex");
  }
}

/** A new token of one run, which the page sends with each change. */
export function newRunToken(): string {
  return randomBytes(32).toString("hex");
}

/** Whether texts are the same, in a time that does not tell where they differ. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
