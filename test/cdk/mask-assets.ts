import type { Template } from "./synthesize.ts";

const ASSET_HASH = /[0-9a-f]{64}/g;

/** A template that does not change with every line of the functions. */
export function maskAssets(template: Template): unknown {
  return JSON.parse(JSON.stringify(template).replace(ASSET_HASH, "asset"));
}
