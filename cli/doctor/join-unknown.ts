import { NO_ANSWER } from "./ask-aws.ts";
import type { Finding } from "./finding.ts";

/** One finding of each region of which nothing is known for one and the same reason, and the others as they are. */
export function joinUnknown(findings: readonly Finding[], hosts: string): Finding[] {
  const regions = [...new Set(findings.map(({ region }) => region))];
  return regions.flatMap((region) => {
    const own = findings.filter((finding) => finding.region === region);
    const why = own[0]?.why;
    const isJoined = own.length > 1 && why !== undefined && own.every((one) => one.why === why);
    return isJoined ? [joined(region, why, hosts)] : own;
  });
}

function joined(region: string, why: string, hosts: string): Finding {
  const about = { region, part: "region", level: "unknown", why } as const;
  if (why !== NO_ANSWER)
    return { ...about, text: `Nothing of this region is known: ${why}`, todo: "" };
  const todo = "check AWS_ENDPOINT_URL, the network and the region";
  return { ...about, text: `There is no answer from ${hosts}`, todo };
}
