import { type BoardMinute, boardOf } from "../../shared/board/board.ts";
import { toIso } from "../../shared/units.ts";
import { isBusy } from "../busy.ts";
import type { WindowMark } from "../ports/progress-store.ts";
import { setUnsummarisedAside, type TaskMemory } from "./judge/judge.ts";
import type { AggregateServices } from "./services/services.ts";
import { type SummarisedTask, summariesOf, windowFrom, writeSummaries } from "./window/window.ts";

/** A window's figures, and what earlier runs did with it. */
export interface WindowFigures {
  readonly startMs: number;
  readonly tasks: ReadonlyMap<string, SummarisedTask>;
  readonly mark: WindowMark;
}

/**
 * Writes a window's summaries, and then its board. No alert waits for either. Tasks whose summary
 * can't be stored are set aside; a board that can't be stored is told and is absent. If the table takes
 * no more for now, the rest is for a later run.
 */
export async function writeFigures(
  services: AggregateServices,
  memory: TaskMemory,
  { startMs, tasks, mark }: WindowFigures,
): Promise<"written" | "later"> {
  try {
    await writeBoth(services, memory, { startMs, tasks, mark });
    return "written";
  } catch (error) {
    if (!isBusy(error)) throw error;
    memory.faults.add(`The summaries of ${toIso(startMs)} wait: their table takes no more for now`);
    return "later";
  }
}

async function writeBoth(
  services: AggregateServices,
  memory: TaskMemory,
  { startMs, tasks, mark }: WindowFigures,
): Promise<void> {
  const { standing, refused } = await writeSummaries(services, summariesOf(tasks), mark);
  setUnsummarisedAside(memory, refused);
  const board = boardOf(startMs, standing);
  try {
    await writeBoard(services, { board, taskNames: tasks.keys(), mark });
  } catch (error) {
    if (isBusy(error)) throw error;
    memory.faults.add(`The board of ${toIso(startMs)} can't be stored: ${String(error)}`);
  }
}

/** A window that is read again may lack tasks that its stored board has, as their summaries stay. */
async function writeBoard(
  { boards }: AggregateServices,
  drawn: {
    readonly board: BoardMinute;
    readonly taskNames: Iterable<string>;
    readonly mark: WindowMark;
  },
): Promise<void> {
  const { board, taskNames, mark } = drawn;
  const stored = mark === "new" ? [] : await boards.readBoards(windowFrom(board.startMs));
  const before = stored.flatMap(({ rows }) => [...rows]);
  await boards.putBoard({ ...board, rows: new Map([...before, ...board.rows]) }, taskNames);
}
