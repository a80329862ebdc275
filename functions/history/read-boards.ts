import type { BoardMinute } from "../../shared/board/board.ts";
import type { Interval } from "../../shared/slot/slot.ts";
import type { FleetSources } from "./sources.ts";

/** Reads the whole fleet's minutes that began in the interval, oldest first. A minute that is missing is absent. */
export async function readBoards(
  { boards }: Pick<FleetSources, "boards">,
  interval: Interval,
): Promise<BoardMinute[]> {
  return boards.readBoards(interval);
}
