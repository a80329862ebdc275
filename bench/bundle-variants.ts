import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";
import { buildFunction, bundleOptions } from "../cdk/parts/bundle.ts";
import type { FunctionName } from "../shared/contract.ts";

/** A way to bundle a function. */
export interface Variant {
  readonly name: string;
  readonly function: FunctionName;
  /** What is other than deployed. */
  readonly options: BuildOptions;
}

/** CommonJS packages in a bundle of modules still ask for Node's own by `require`. */
const REQUIRE_IN_MODULE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

/** What is deployed, and for the probe the ways that were left. */
export const VARIANTS: readonly Variant[] = [
  { name: "probe, as deployed", function: "probe", options: {} },
  { name: "plan, as deployed", function: "plan", options: {} },
  { name: "aggregate, as deployed", function: "aggregate", options: {} },
  {
    name: "probe, ESM",
    function: "probe",
    options: { format: "esm", define: {}, banner: { js: REQUIRE_IN_MODULE } },
  },
  {
    name: "probe, with every source of credentials",
    function: "probe",
    options: { alias: {} },
  },
  {
    name: "probe, from the packages' CommonJS",
    function: "probe",
    options: { mainFields: ["main"], alias: {} },
  },
];

/** Builds a variant into a folder of its own and returns where its code is. */
export function buildVariant(variant: Variant, folder: string): string {
  const place = join(folder, variant.name.replaceAll(/[^a-z]+/gi, "-"));
  mkdirSync(place, { recursive: true });
  const options = { ...bundleOptions(variant.function), ...variant.options };
  const file = join(place, options.format === "esm" ? "index.mjs" : "index.js");
  writeFileSync(file, buildFunction(options));
  return file;
}
