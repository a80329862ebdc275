import { HttpProblem } from "../http/problem.ts";
import { PLAIN_STYLE } from "../plain/plain-page.ts";
import { SIGN_IN_SCRIPT, SIGN_IN_SCRIPT_PATH } from "../plain/sign-in-page.ts";
import type { PageServices, Route } from "./route.ts";

/** The page itself. */
export function pageRoute({ page }: PageServices): Route {
  return {
    method: "GET",
    path: "/",
    isLinkable: true,
    answer: async () => ({ content: (await page()).index }),
  };
}

/** What the page loads. A file's name changes with what is in it, so it may be kept for ever. */
export function assetsRoute({ page }: PageServices): Route {
  return {
    method: "GET",
    path: "/assets/",
    answer: async ({ rest }) => {
      const content = (await page()).assets.get(`/assets/${rest}`);
      if (content === undefined) throw new HttpProblem(404, "There is no such file");
      return { content, headers: { "cache-control": "private, max-age=31536000, immutable" } };
    },
  };
}

/** Pages that the server makes itself have this style. It tells nothing, so everybody may load it. */
export function plainStyleRoute(): Route {
  return {
    method: "GET",
    path: "/plain.css",
    isOpen: true,
    answer: async () => ({ content: PLAIN_STYLE }),
  };
}

/** The script of the sign-in form, which whoever is not signed in loads. */
export function signInScriptRoute(): Route {
  return {
    method: "GET",
    path: SIGN_IN_SCRIPT_PATH,
    isOpen: true,
    answer: async () => ({ content: SIGN_IN_SCRIPT }),
  };
}
