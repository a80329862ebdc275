/** What is painted before the script has run: it looks as the page does before its first answer. */
const SHELL = [
  '<header class="bar"><a class="fleet" href="#/">Synfleet</a></header>',
  '<section class="banner tone-waiting"><svg width="40" height="65.4" aria-hidden="true"></svg><div class="banner-words"><h1>Reading the fleet</h1></div></section>',
].join("");

/** The page's HTML. Everything in it comes from files beside it, as its policy demands. */
export function indexHtml(assets: readonly string[]): string {
  const styles = assets.filter((path) => path.endsWith(".css"));
  const scripts = assets.filter((path) => path.endsWith(".js"));
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    "<title>Synfleet</title>",
    '<link rel="icon" href="data:,">',
    ...styles.map((path) => `<link rel="stylesheet" href="${path}">`),
    ...scripts.map((path) => `<script type="module" src="${path}"></script>`),
    "</head>",
    `<body>${SHELL}<noscript>This page needs JavaScript. The same is in <code>npx synfleet status</code>.</noscript></body>`,
    "</html>",
    "",
  ].join("\n");
}
