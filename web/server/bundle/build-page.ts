import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Content } from "../http/content.ts";
import { indexHtml } from "./index-html.ts";

/** The page and its files by their paths. */
export interface BuiltPage {
  readonly index: Content;
  readonly assets: ReadonlyMap<string, Content>;
}

const PAGE = fileURLToPath(new URL("../../page/", import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** Gives the page, which is bundled when it is first asked for. A bundle that failed is tried again. */
export function keepPage(): () => Promise<BuiltPage> {
  let built: Promise<BuiltPage> | null = null;
  return () => {
    built ??= buildPage().catch((error: unknown) => {
      built = null;
      throw error;
    });
    return built;
  };
}

/** Bundles the page's code and styles; a name has a hash of what is in the file. */
async function buildPage(): Promise<BuiltPage> {
  // It is loaded here because most runs of a command need no bundle.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [`${PAGE}main.tsx`, `${PAGE}page.css`],
    absWorkingDir: PAGE,
    outdir: "/assets",
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".svg": "file" },
    legalComments: "none",
    logLevel: "silent",
  });
  const assets = new Map(
    outputFiles.map(({ path, contents }) => [
      `/assets/${basename(path)}`,
      contentOf(path, contents),
    ]),
  );
  return { index: new Content("text/html; charset=utf-8", indexHtml([...assets.keys()])), assets };
}

function contentOf(path: string, bytes: Uint8Array): Content {
  const ending = path.split(".").at(-1) ?? "";
  return new Content(TYPES[ending] ?? "application/octet-stream", bytes);
}
