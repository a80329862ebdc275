import { inParallel } from "../../functions/in-parallel.ts";
import { regionTableName } from "../../shared/contract.ts";
import type { Examined } from "./examined.ts";
import { type About, type Finding, unasked, wrong } from "./finding.ts";

const AT_ONCE = 8;

/** What is left to do about each region that is being taken out. */
export async function examineRetired({ ask, fleet }: Examined): Promise<Finding[]> {
  const found = await inParallel(fleet.retired ?? [], AT_ONCE, async (region) => {
    const about: About = { region, part: "retired" };
    const path = `/2015-03-31/functions/${fleet.name}-probe/configuration`;
    const probe = await ask("function", { region, path });
    if (probe.kind === "answer")
      return wrong(
        about,
        "The region is retired, and its stack is still there",
        `npx cdk destroy ${fleet.name}-${region}`,
      );
    if (probe.kind !== "gone") return unasked(about, "Whether its stack is there", probe);
    const table = regionTableName(fleet.name, "results", region);
    const todo = `take it out of cdk.json and deploy home; table ${table} may be kept`;
    return wrong(about, "The region is retired, and its stack is gone", todo);
  });
  return found;
}
