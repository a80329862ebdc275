import type { BoardMinute } from "../../shared/board/board.ts";
import type { Interval } from "../../shared/slot/slot.ts";

/** The whole fleet minute by minute. Written by the aggregator, read by everyone. */
export interface BoardStore {
  /** Replaces the board of its minute. `taskNames` are those of all tasks that could have a row. */
  putBoard(board: BoardMinute, taskNames: Iterable<string>): Promise<void>;
  /** Reads the boards of the minutes that began in the interval, oldest first. Those that can't be read are left out. */
  readBoards(interval: Interval): Promise<BoardMinute[]>;
}
