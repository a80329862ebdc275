import { ENV, type FunctionName } from "../../shared/contract.ts";
import { isFields } from "../../shared/input/input.ts";
import { showCount } from "../../terminal/count.ts";
import { type Fields, partOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, hint } from "./finding.ts";

/** A deployed function. */
export interface Deployed {
  readonly name: FunctionName;
  /** With the fleet's name. */
  readonly whole: string;
  readonly config: Fields;
}

/**
 * Where the size that is deployed is not that of `cdk.json`: the memory of the probe, and the shards that
 * home divides the tasks among. It works, but not as somebody thinks.
 */
export function sizeHints(
  { fleet }: Examined,
  { region, probed }: Place,
  { name, whole, config }: Deployed,
): Finding[] {
  const about: About = { region, part: "functions" };
  if (name === "probe") {
    const { MemorySize: has } = config;
    const wanted = probed?.memoryMb;
    if (wanted === undefined || typeof has !== "number" || has === wanted) return [];
    return [hint(about, `Function ${whole} has ${has} MB, and by cdk.json ${wanted}`, DEPLOY)];
  }
  if (name !== "plan") return [];
  const known = knownRegions(partOf(partOf(config, "Environment"), "Variables")[ENV.regions]) ?? [];
  // Regions that were named on the command line have no size of cdk.json.
  const sized = fleet.regions.filter(({ memoryMb, agent }) => memoryMb !== undefined || agent);
  return sized.flatMap(({ name: other, shards }) => {
    const has = known.find((one) => one.name === other)?.shards;
    if (typeof has !== "number" || has === shards) return [];
    const text = `${other} is planned for ${showCount(has, "shard")}, and by cdk.json for ${shards}`;
    return [hint(about, text, DEPLOY)];
  });
}

const DEPLOY = "deploy, or take the deployed figure into cdk.json";

/** The regions that a function knows and that are not retired; null if its variable is damaged. */
export function knownRegions(text: unknown): Fields[] | null {
  try {
    const regions: unknown = JSON.parse(String(text));
    const listed = Array.isArray(regions) ? regions.filter(isFields) : [];
    return listed.filter(({ retired }) => retired !== true);
  } catch {
    return null;
  }
}
