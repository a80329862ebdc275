import { escapeHtml } from "../../../shared/input/input.ts";
import { Content } from "../http/content.ts";

/** The style of pages that the server makes itself. */
export const PLAIN_STYLE = new Content(
  "text/css; charset=utf-8",
  `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid; border-radius: 4px; }
code, pre { font: 0.9em/1.5 ui-monospace, monospace; }
input, button { font: inherit; padding: 0.4rem 0.6rem; }
`,
);

/** A page of its title and its body, which is HTML already. */
export function plainPage(title: string, body: string): Content {
  return new Content(
    "text/html; charset=utf-8",
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/plain.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`,
  );
}
