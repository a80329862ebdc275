import type { IncomingMessage } from "node:http";
import { Content } from "../http/content.ts";
import { HttpProblem } from "../http/problem.ts";
import { readBody } from "../http/read-body.ts";
import type { Answer } from "../http/send-answer.ts";
import { signInPage } from "../plain/sign-in-page.ts";
import type { PageServices, Route } from "./route.ts";

/** `/sign-in`: takes the page token from the form, and gives a session in exchange. */
export function signInRoute({ guard, pageToken, now }: PageServices): Route {
  return {
    method: "POST",
    path: "/sign-in",
    isOpen: true,
    isChange: true,
    answer: async ({ request }) => {
      if (pageToken === null) throw new HttpProblem(404, "This page needs no token");
      const token = await readToken(request);
      if (!guard.isRightToken(request, token)) return askForToken("This is not the token.");
      // A proxy before it speaks TLS; its browser tells.
      const isEncrypted = request.headers.origin?.startsWith("https:") ?? false;
      const headers = {
        location: "/",
        "set-cookie": pageToken.newCookie(now(), isEncrypted),
        "cache-control": "no-store",
      };
      return { status: 303, content: new Content("text/plain; charset=utf-8", ""), headers };
    },
  };
}

/** What whoever is not signed in sees in place of a page. */
export function askForToken(problem: string | null): Answer {
  const headers = { "cache-control": "no-store" };
  return { status: 401, content: signInPage(problem), headers };
}

async function readToken(request: IncomingMessage): Promise<string> {
  return new URLSearchParams((await readBody(request)).toString("utf8")).get("token") ?? "";
}
