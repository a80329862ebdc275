import { marshall } from "@aws-sdk/util-dynamodb";
import {
  type BoardMinute,
  type BoardPart,
  packBoard,
  packNames,
  unpackNames,
  unpackRows,
} from "../../../shared/board/board.ts";
import { deriveId } from "../../../shared/hash.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import {
  DAY_MS,
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  startOfMinute,
  toEpochSeconds,
  toIso,
} from "../../../shared/units.ts";
import { inParallel } from "../../in-parallel.ts";
import type { BoardStore } from "../../ports/board-store.ts";
import { type BatchSetup, readBatches } from "./batches.ts";
import { toPlainItem } from "./plain-item.ts";
import { expiryAttribute, isExpired } from "./stored-item.ts";
import { type Item, type Key, putItem, queryItems } from "./table.ts";

/** As many as the client has sockets, about. */
const PARALLEL_READS = 24;

/** How long this process trusts that a list of names is stored; it is kept for longer than its boards. */
const NAMES_TRUSTED_MS: DurationMs = 6 * HOUR_MS;

/** The board store's table, its clock, and how long it keeps a board. */
interface BoardStoreSetup extends BatchSetup {
  readonly now: () => EpochMs;
  readonly keepMs: DurationMs;
}

/** Boards in the home region's `summaries` table: no task's name begins with a blank. */
export function createBoardStore(setup: BoardStoreSetup): BoardStore {
  const namesStored = new Map<number, EpochMs>();
  return {
    async putBoard(board, taskNames) {
      const parts = packBoard(board, taskNames);
      for (const [i, part] of parts.entries()) {
        await putNames(setup, namesStored, part.names);
        await putItem(setup, partItem(setup, { board, part, position: i, of: parts.length }));
      }
    },

    async readBoards(interval) {
      const read = await inParallel(hoursOf(interval), PARALLEL_READS, (startMs) =>
        readHour(setup, startMs, interval),
      );
      const items = read.flat();
      const names = await readNames(setup, items);
      return [...Map.groupBy(items, startOf)].flatMap(([startMs, own]) =>
        boardIn(startMs, own, names),
      );
    },
  };
}

/** The boards of an hour share a partition; a minute's parts follow each other, a second apart. */
function boardKey(startMs: EpochMs, position: number) {
  const hour = toIso(startMs).slice(0, 13);
  return { task_name: ` board ${hour}`, period_start: toEpochSeconds(startMs) + position };
}

function namesKey(id: number): Key {
  return { task_name: " names", period_start: id };
}

/** The same names have the same id: 52 bits of their hash, which a number holds exactly. */
function idOf(names: readonly string[]): number {
  return Number.parseInt(deriveId(...names).slice(0, 13), 16);
}

interface PlacedPart {
  readonly board: BoardMinute;
  readonly part: BoardPart;
  readonly position: number;
  readonly of: number;
}

function partItem({ keepMs }: BoardStoreSetup, { board, part, position, of }: PlacedPart): Item {
  const { names, rows } = part;
  const item = { ...boardKey(board.startMs, position), parts: of, names: idOf(names), rows };
  return { ...marshall(item), ...expiryAttribute(board.startMs + keepMs) };
}

/** Stores a list of names before the first board that refers to it, and then again from time to time. */
async function putNames(
  setup: BoardStoreSetup,
  stored: Map<number, EpochMs>,
  names: readonly string[],
): Promise<void> {
  const id = idOf(names);
  const nowMs = setup.now();
  if (nowMs - (stored.get(id) ?? 0) < NAMES_TRUSTED_MS) return;
  const item = marshall({ ...namesKey(id), names: packNames(names) });
  await putItem(setup, { ...item, ...expiryAttribute(nowMs + setup.keepMs + DAY_MS) });
  stored.set(id, nowMs);
}

function hoursOf({ fromMs, toMs }: Interval): EpochMs[] {
  const hours: EpochMs[] = [];
  for (let at = fromMs - (fromMs % HOUR_MS); at < toMs; at += HOUR_MS) hours.push(at);
  return hours;
}

async function readHour(
  setup: BoardStoreSetup,
  hourMs: EpochMs,
  { fromMs, toMs }: Interval,
): Promise<Item[]> {
  const firstMs = Math.max(hourMs, startOfMinute(fromMs + MINUTE_MS - 1));
  // No minute begins in so short an interval, and a query of nothing is refused.
  if (firstMs >= toMs) return [];
  const found: Item[] = [];
  const items = queryItems(setup, {
    keys: "task_name = :board AND period_start BETWEEN :first AND :last",
    values: {
      ":board": boardKey(hourMs, 0).task_name,
      ":first": toEpochSeconds(firstMs),
      ":last": toEpochSeconds(startOfMinute(toMs - 1) + MINUTE_MS) - 1,
    },
  });
  for await (const item of items) if (!isExpired(item, setup.now())) found.push(item);
  return found;
}

function startOf(item: Item): EpochMs {
  return startOfMinute(Number(item.period_start?.N) * SECOND_MS);
}

type NamesById = ReadonlyMap<number, readonly string[]>;

async function readNames(setup: BoardStoreSetup, parts: readonly Item[]): Promise<NamesById> {
  const ids = [...new Set(parts.map(({ names }) => Number(names?.N)))];
  const items = await readBatches(
    setup,
    ids.map((id) => marshall(namesKey(id))),
  );
  return new Map(
    items.flatMap((item) => {
      try {
        const { period_start, names } = toPlainItem(item);
        return [[Number(period_start), unpackNames(names as Uint8Array)] as const];
      } catch {
        return [];
      }
    }),
  );
}

/** None if a part can't be read: half a board would look like a fleet with fewer tasks. */
function boardIn(startMs: EpochMs, items: readonly Item[], known: NamesById): BoardMinute[] {
  try {
    const rows = partsIn(items).map(({ names, rows }) =>
      unpackRows({ names: known.get(Number(names)) ?? [], rows: rows as Uint8Array }),
    );
    return [{ startMs, rows: new Map(rows.flatMap((own) => [...own])) }];
  } catch {
    return [];
  }
}

/** A board that was written again can have fewer parts than before: the first one knows how many. */
function partsIn(items: readonly Item[]): Record<string, unknown>[] {
  const parts = items.map(toPlainItem);
  const [first] = parts;
  const count = Number(first?.parts);
  if (!(parts.length >= count)) throw new Error("A part of the board is missing");
  return parts.slice(0, count);
}
