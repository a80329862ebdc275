import { parse } from "acorn";
import { transformSync } from "esbuild";
import type { SyntaxProblem } from "./data.ts";
import type { Node } from "./tree.ts";

/** The syntax tree of a TypeScript or JavaScript text, which is never run, or what is wrong with it. */
export function readScript(
  file: string,
  text: string,
): { readonly tree: Node; readonly text: string } | { readonly problem: SyntaxProblem } {
  try {
    const loader = /\.[cm]?tsx?$/i.test(file) ? (/x$/i.test(file) ? "tsx" : "ts") : loaderOf(file);
    const { code } = transformSync(text, { loader, logLevel: "silent", tsconfigRaw: "{}" });
    return {
      tree: parse(code, { ecmaVersion: "latest", sourceType: "module" }) as unknown as Node,
      text: code,
    };
  } catch (error) {
    return { problem: problemOf(error) };
  }
}

/** A text without a name that says otherwise may be either: TypeScript has all of JavaScript. */
function loaderOf(file: string): "jsx" | "ts" {
  return /\.jsx$/i.test(file) ? "jsx" : "ts";
}

function problemOf(error: unknown): SyntaxProblem {
  const { errors }: { errors?: { text: string; location: { line: number } | null }[] } =
    Object(error);
  const [first] = errors ?? [];
  if (first !== undefined) {
    return {
      line: first.location?.line ?? null,
      reason: `it is not valid TypeScript: ${first.text}`,
    };
  }
  return { line: null, reason: `it can't be read as TypeScript: ${String(Object(error).message)}` };
}
