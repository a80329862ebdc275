import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { type BuildOptions, buildSync } from "esbuild";
import type { FunctionName } from "../../shared/contract.ts";

/** What a bundle is for: arm64 on Lambda; a test needs that of its own machine. */
export type BundleArchitecture = "arm64" | "x64";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * How a function is bundled. CommonJS without dynamic import, from the packages' ESM sources, makes
 * the first DynamoDB call sooner than three other ways (measured in bench/). There is no source map,
 * because it is larger than the code and Node loads it.
 */
export function bundleOptions(name: FunctionName): BuildOptions {
  return optionsOf(`functions/${name}/handler.ts`);
}

/** Code that a function loads by a name when it needs it: a file beside the function's own. */
interface LateFile {
  readonly name: string;
  readonly file: string;
  readonly options: BuildOptions;
}

/** By the name that they are loaded by. */
const LATE: Readonly<Record<FunctionName, Readonly<Record<string, string>>>> = {
  // Only a plan with a pattern needs RE2.
  plan: { pattern: "shared/pattern/pattern.ts" },
  // Only a shard that has a task with needs, a deployment with a time server, and who is asked for one check.
  probe: {
    phases: "functions/probe/phases-file.ts",
    sync: "functions/probe/sync-file.ts",
    asked: "functions/probe/asked-file.ts",
  },
  // Only a deployment with a dead man.
  aggregate: { "dead-man": "functions/aggregate/dead-man-file.ts" },
  // As for plan: it reads the stored tasks.
  publish: { pattern: "shared/pattern/pattern.ts" },
};

/** What a function loads later than its own code, if it needs it at all. */
export function lateFilesOf(name: FunctionName): readonly LateFile[] {
  return Object.entries(LATE[name]).map(([late, path]) => {
    return { name: `#${late}`, file: `${late}.js`, options: optionsOf(path) };
  });
}

function optionsOf(entryPoint: string): BuildOptions {
  return {
    absWorkingDir: ROOT,
    entryPoints: [entryPoint],
    outfile: "index.js",
    write: false,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    mainFields: ["module", "main"],
    supported: { "dynamic-import": false },
    external: ["#asked", "#dead-man", "#phases", "#sync"],
    // A third of the code would be clients for credentials that Lambda never uses.
    alias: {
      "@aws-sdk/credential-provider-node": "./functions/adapters/lambda/function-credentials.ts",
    },
    define: { "import.meta.dirname": "__dirname" },
    legalComments: "none",
    charset: "utf8",
    logLevel: "error",
  };
}

/** Bundles a function's JavaScript; the same sources give the same bytes. */
export function buildFunction(options: BuildOptions): Uint8Array {
  const [file] = buildSync({ ...options, write: false }).outputFiles ?? [];
  if (file === undefined) throw new Error("esbuild gave no output");
  return file.contents;
}

/** Writes what is deployed as a function: its code, what it loads later, and for probe the binary of its clock too. */
export function writeBundle(
  name: FunctionName,
  folder: string,
  architecture: BundleArchitecture,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), buildFunction(bundleOptions(name)));
  // The code is CommonJS even if it is unpacked below a package of ES modules.
  const late = lateFilesOf(name);
  const imports = Object.fromEntries(late.map((own) => [own.name, `./${own.file}`]));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ type: "commonjs", imports })}\n`);
  for (const own of late) writeFileSync(join(folder, own.file), buildFunction(own.options));
  if (name === "probe")
    writeFileSync(join(folder, "koffi.node"), readFileSync(clockBinary(architecture)));
}

/** The binaries of all architectures are installed on every machine: see docs/decisions/0005. */
function clockBinary(architecture: BundleArchitecture): string {
  const scope = join(ROOT, "node_modules/@koromix");
  return join(scope, `koffi-linux-${architecture}`, `linux_${architecture}`, "koffi.node");
}

const folders = new Map<FunctionName, string>();

/** The function's code as an asset of one stack; it is bundled once a process. */
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

/** CDK copies an asset into the assembly when its stack is made, so the folder can go at exit. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "synfleet-bundle-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
