import { readFileSync } from "node:fs";
import { registerHooks, stripTypeScriptTypes } from "node:module";
import { fileURLToPath } from "node:url";

/** The files of a project as the next import sees them. */
export interface ProjectLoader {
  /** From now on every file is loaded anew, one of them with another text. */
  renew(mutant: { readonly file: string; readonly text: string } | null): void;
  /** The address to import a file by. */
  addressOf(file: string): string;
}

const RUN = "?run=";

/**
 * Loads every file of the project anew for each run, so that no state of one mutant is seen by the
 * next. Packages are loaded once. `node:test` becomes the given module.
 */
export function hookProject(root: URL, testRunner: URL): ProjectLoader {
  const codes = new Map<string, string>();
  let run = 0;
  let mutant: { readonly url: string; readonly code: string } | null = null;
  const isOurs = (url: string) =>
    url.startsWith(root.href) && url.endsWith(".ts") && !url.includes("/node_modules/");

  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (specifier === "node:test") return { url: testRunner.href, shortCircuit: true };
      const resolved = nextResolve(specifier, context);
      if (!isOurs(resolved.url) || context.parentURL === undefined) return resolved;
      const runOfParent = context.parentURL.split(RUN)[1] ?? run;
      return { ...resolved, url: `${resolved.url}${RUN}${runOfParent}` };
    },
    load(url, context, nextLoad) {
      const [file = url, fileRun] = url.split(RUN);
      if (fileRun === undefined) return nextLoad(url, context);
      return { format: "module", source: codeOf(file), shortCircuit: true };
    },
  });

  function codeOf(url: string): string {
    if (mutant?.url === url) return mutant.code;
    const code = codes.get(url) ?? stripTypeScriptTypes(readFileSync(fileURLToPath(url), "utf8"));
    codes.set(url, code);
    return code;
  }

  return {
    renew(next) {
      run++;
      const url = (file: string) => new URL(file, root).href;
      mutant = next && { url: url(next.file), code: stripTypeScriptTypes(next.text) };
    },
    addressOf: (file) => `${new URL(file, root).href}${RUN}${run}`,
  };
}
