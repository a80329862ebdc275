import { escapeHtml } from "../../../shared/input/input.ts";
import type { Content } from "../http/content.ts";
import { plainPage } from "./plain-page.ts";

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
</form>`,
  );
}
