import type { IncomingMessage } from "node:http";
import type { EpochMs } from "../../../shared/units.ts";
import { HttpProblem } from "../http/problem.ts";
import { Attempts } from "./attempts.ts";
import { isOwnHost, type ListenPlace } from "./hosts.ts";
import { isForeign } from "./origin.ts";
import { isSameText, type PageToken } from "./page-token.ts";

/** What a guard knows. */
export interface GuardSetup {
  readonly place: ListenPlace;
  /** The token of this run, which changes must carry. */
  readonly runToken: string;
  /** Null on loopback, where whoever can use this machine may look. */
  readonly pageToken: PageToken | null;
  readonly now: () => EpochMs;
}

/** What a route asks of whoever asks. */
export interface Access {
  /** Everybody may ask, signed in or not. */
  readonly isOpen?: boolean;
  /** It changes something. */
  readonly isChange?: boolean;
  /** Pages of other sites may lead to it, as any link does. */
  readonly isLinkable?: boolean;
}

/** The longest address that is looked at. */
const MOST_URL_CHARACTERS = 4_096;

/** Decides whom the server answers. Each check throws HttpProblem. */
export class Guard {
  readonly #setup: GuardSetup;
  readonly #attempts: Attempts;

  constructor(setup: GuardSetup) {
    this.#setup = setup;
    this.#attempts = new Attempts(setup.now);
  }

  /** What holds for every request, before anything of it is looked at. */
  checkHead({ url = "", headersDistinct }: IncomingMessage): void {
    const hosts = headersDistinct.host ?? [];
    if (hosts.length !== 1 || !isOwnHost(hosts[0] ?? "", this.#setup.place)) {
      throw new HttpProblem(
        421,
        "The Host header does not name this server. If it is right, start the server with --host NAME",
      );
    }
    if (url.length > MOST_URL_CHARACTERS) {
      throw new HttpProblem(414, `The address must have at most ${MOST_URL_CHARACTERS} characters`);
    }
    // Two would begin the name of a host.
    if (!/^\/(?![/\\])/.test(url)) throw new HttpProblem(400, "The address must begin with one /");
  }

  /** What a route asks for. */
  checkAccess(request: IncomingMessage, { isOpen, isChange, isLinkable }: Access): void {
    const { headers } = request;
    if (!isLinkable && isForeign(headers)) throw foreign();
    if (!isOpen) this.#checkSignedIn(request);
    if (isChange && !isOpen) this.#checkRunToken(request);
  }

  /** Whether a token that was typed is right. Throws HttpProblem after too many that were not. */
  isRightToken({ socket }: IncomingMessage, token: string): boolean {
    const { pageToken } = this.#setup;
    if (pageToken === null) return true;
    const address = socket.remoteAddress ?? "";
    if (!this.#attempts.mayTry(address)) {
      const headers = { "retry-after": "1" };
      throw new HttpProblem(429, "Too many wrong tokens: wait a second", { headers });
    }
    if (pageToken.isRight(token)) return true;
    this.#attempts.noteWrong(address);
    return false;
  }

  #checkSignedIn(request: IncomingMessage): void {
    const { pageToken, now } = this.#setup;
    if (pageToken === null || pageToken.hasSession(request.headers.cookie, now())) return;
    if (this.#hasBearer(request)) return;
    throw new HttpProblem(401, "Sign in, or send Authorization: Bearer with the page token", {
      headers: { "www-authenticate": "Bearer" },
    });
  }

  /** A request with the page token in its header comes from no page. */
  #checkRunToken(request: IncomingMessage): void {
    const { pageToken, runToken } = this.#setup;
    if (pageToken !== null && this.#hasBearer(request)) return;
    if (isSameText(String(request.headers["x-synfleet-token"] ?? ""), runToken)) return;
    throw new HttpProblem(
      403,
      "A change needs the header x-synfleet-token with the token of /api/session; a page from before a restart must be loaded again",
    );
  }

  #hasBearer(request: IncomingMessage): boolean {
    const bearer = bearerOf(request.headers.authorization);
    return bearer !== null && this.isRightToken(request, bearer);
  }
}

function foreign(): HttpProblem {
  return new HttpProblem(403, "Not for pages of other sites");
}

function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer (.+)$/i.exec(authorization ?? "")?.[1] ?? null;
}
