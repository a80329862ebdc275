import type { BoardsRecord, TaskRow } from "../../records/records.ts";
import type { RegionLook, SeenFrom } from "../look/region-look.ts";

const LOOK_OF_MARK: Readonly<Record<string, RegionLook>> = { o: "fine", s: "some", f: "failed" };

/**
 * How a task looks from each region that it is planned in: what its state says comes first, then its
 * newest minute. A region that abstains has no say.
 */
export function seenFrom(
  task: TaskRow,
  boards: Pick<BoardsRecord, "latest" | "regions"> | null,
  impaired: ReadonlySet<string>,
): SeenFrom[] {
  const marks = boards?.latest[task.name]?.regions ?? "";
  return task.regions.map((region) => {
    const mark = marks[boards?.regions.indexOf(region) ?? -1] ?? ".";
    return { region, look: lookFrom(task, region, mark, impaired) };
  });
}

function lookFrom(task: TaskRow, region: string, mark: string, impaired: ReadonlySet<string>) {
  if (impaired.has(region)) return "sick";
  if (task.downRegions.includes(region)) return "failed";
  if (task.silentRegions.includes(region)) return "none";
  return LOOK_OF_MARK[mark] ?? "none";
}
