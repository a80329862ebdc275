import { escapeHtml } from "../../../shared/input/input.ts";
import { Content } from "../http/content.ts";
import { plainPage } from "./plain-page.ts";

/** Where the form's script is. */
export const SIGN_IN_SCRIPT_PATH = "/sign-in.js";

/**
 * What follows `#` says which page is wanted, and stays in the browser: a redirect without one of its own
 * keeps that of the form's address. Source: the Fetch standard, HTTP-redirect fetch.
 */
export const SIGN_IN_SCRIPT = new Content(
  "text/javascript; charset=utf-8",
  "document.forms[0].action += location.hash;\n",
);

/** The form that asks for the page token, with what was wrong with the last one. */
export function signInPage(problem: string | null): Content {
  const said = problem === null ? "" : `<p role="alert">${escapeHtml(problem)}</p>\n`;
  return plainPage(
    "Sign in to Synfleet",
    `<h1>Synfleet</h1>
${said}<form method="post" action="/sign-in">
<p><label for="token">Page token</label></p>
<p><input id="token" name="token" type="password" autocomplete="current-password" required autofocus></p>
<p><button type="submit">Sign in</button></p>
</form>
<script src="${SIGN_IN_SCRIPT_PATH}"></script>`,
  );
}
