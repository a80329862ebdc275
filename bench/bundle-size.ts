// How large the functions' bundles are: npx node bench/bundle-size.ts [--json]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeBundle } from "../cdk/parts/bundle.ts";
import { buildVariant, VARIANTS } from "./bundle-variants.ts";
import { publish } from "./report.ts";

const folder = mkdtempSync(join(tmpdir(), "synfleet-bench-"));

function toKib(bytes: number): number {
  return Math.round((bytes / 1_024) * 10) / 10;
}

const rows = VARIANTS.map((variant) => {
  const code = readFileSync(buildVariant(variant, folder));
  return {
    bundle: variant.name,
    bytes: code.length,
    KiB: toKib(code.length),
    "gzip KiB": toKib(gzipSync(code).length),
  };
});

writeBundle("probe", join(folder, "deployed"), "arm64");
const BESIDE = {
  "phases.js": "the probe's phases, loaded when needed",
  "asked.js": "the answer to a single check, loaded when one is asked for",
  "sync.js": "how a time server is asked, loaded when one is set",
  "koffi.node": "the clock's binary beside the probe, arm64",
};
for (const [name, bundle] of Object.entries(BESIDE)) {
  const file = readFileSync(join(folder, "deployed", name));
  const compressed = gzipSync(file).length;
  rows.push({ bundle, bytes: file.length, KiB: toKib(file.length), "gzip KiB": toKib(compressed) });
}
rmSync(folder, { recursive: true });

publish("bundle-size", "Bundles of the functions, minified", rows);
