import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Code } from "aws-cdk-lib/aws-lambda";
import { type BuildOptions, buildSync } from "esbuild";

/** The functions of the fleet, as their folders are named. */
export type FunctionName = "plan" | "probe" | "aggregate";

/**
 * How a function is bundled. CommonJS without dynamic import, from the packages' ESM sources: the
 * quickest of four ways to the first DynamoDB call (measured, see bench/). No source map: it is
 * larger than the code and Node loads it.
 */
export function bundleOptions(name: FunctionName, outfile: string): BuildOptions {
  const root = fileURLToPath(new URL("..", import.meta.url));
  return {
    absWorkingDir: root,
    entryPoints: [`functions/${name}/handler.ts`],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    supported: { "dynamic-import": false },
    legalComments: "none",
    charset: "utf8",
    logLevel: "error",
  };
}

const bundled = new Map<FunctionName, Code>();

/** The function's code as an asset, bundled once a process: the same sources give the same bytes. */
export function bundleFunction(name: FunctionName): Code {
  const known = bundled.get(name);
  if (known !== undefined) return known;
  const folder = join(mkdtempSync(join(tmpdir(), "synfleet-bundle-")), name);
  mkdirSync(folder);
  buildSync(bundleOptions(name, join(folder, "index.js")));
  const code = Code.fromAsset(folder);
  bundled.set(name, code);
  return code;
}
