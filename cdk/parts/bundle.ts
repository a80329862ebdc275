import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { type BuildOptions, buildSync } from "esbuild";

/** The functions of the fleet, as their folders are named. */
export type FunctionName = "plan" | "probe" | "aggregate";

/** Lambda's is arm64; to run a bundle here takes this machine's. */
export type BundleArchitecture = "arm64" | "x64";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * How a function is bundled. CommonJS without dynamic import, from the packages' ESM sources: the
 * quickest of four ways to the first DynamoDB call (measured, see bench/). No source map: it is
 * larger than the code and Node loads it.
 */
export function bundleOptions(name: FunctionName): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [`functions/${name}/handler.ts`],
    outfile: "index.js",
    write: false,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    supported: { "dynamic-import": false },
    // A third of the code would be clients for credentials that Lambda never hands out.
    alias: {
      "@aws-sdk/credential-provider-node": "./functions/adapters/lambda/function-credentials.ts",
    },
    define: { "import.meta.dirname": "__dirname" },
    legalComments: "none",
    charset: "utf8",
    logLevel: "error",
  };
}

/** A function's JavaScript: the same bytes for the same sources. */
export function buildFunction(options: BuildOptions): Uint8Array {
  const [file] = buildSync({ ...options, write: false }).outputFiles ?? [];
  if (file === undefined) throw new Error("esbuild gave no output");
  return file.contents;
}

/** Writes what a function is deployed as: its code, and for the probe the binary of its clock. */
export function writeBundle(
  name: FunctionName,
  folder: string,
  architecture: BundleArchitecture,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), buildFunction(bundleOptions(name)));
  // Says what the code is wherever it is unpacked, also below a package of modules.
  writeFileSync(join(folder, "package.json"), '{"type":"commonjs"}\n');
  if (name === "probe")
    writeFileSync(join(folder, "koffi.node"), readFileSync(clockBinary(architecture)));
}

/** Any architecture's is installed on every machine: see docs/decisions/0005. */
function clockBinary(architecture: BundleArchitecture): string {
  const scope = join(ROOT, "node_modules/@koromix");
  return join(scope, `koffi-linux-${architecture}`, `linux_${architecture}`, "koffi.node");
}

const folders = new Map<FunctionName, string>();

/** The function's code as an asset of one stack. Bundled once a process. */
export function bundleFunction(name: FunctionName): AssetCode {
  const folder = folders.get(name) ?? bundleInto(temporaryFolder(), name);
  folders.set(name, folder);
  return Code.fromAsset(folder);
}

function bundleInto(parent: string, name: FunctionName): string {
  const folder = join(parent, name);
  writeBundle(name, folder, "arm64");
  return folder;
}

/** CDK copies an asset into the assembly when its stack is made: nothing is needed after the run. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "synfleet-bundle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
