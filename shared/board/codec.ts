import {
  ByteReader,
  ByteWriter,
  joinColumns,
  NumberReader,
  NumberWriter,
  openPayload,
  sealPayload,
  splitColumns,
} from "../chunk/chunk.ts";
import type { DurationMs, RegionName } from "../units.ts";
import type { BoardMinute, BoardRow, RegionSight } from "./board-row.ts";
import { codeOfTime, timeOfCode } from "./rounded-time.ts";

/** A part of a board: some of its tasks, and their rows in the order of the names. */
export interface BoardPart {
  readonly names: readonly string[];
  readonly rows: Uint8Array;
}

/** A reader that does not know it can't read the rows. */
const ROWS_FORMAT = 1;

/** Columns by their number; append only. Those of the regions follow the last one. */
const COLUMNS = {
  header: 1,
  isThere: 2,
  samples: 3,
  failed: 4,
  missed: 5,
  avg: 6,
  p95: 7,
} as const;
const FIRST_REGION = 16;

/** A region's sight by its number; 0 if no check was due. Append only. */
const SIGHTS: readonly RegionSight[] = ["ok", "some", "failed", "none"];

/** A part has at most so many names, of so many bytes: it fits an item even if nothing compresses. */
const PART_NAMES = 10_000;
const PART_BYTES = 256 * 1_024;

/**
 * A board as parts that fit an item each. `names` are those of all tasks that could have a row, so
 * that the list stays the same from minute to minute; names that only the board has are added.
 */
export function packBoard({ rows }: BoardMinute, names: Iterable<string>): BoardPart[] {
  const all = [...new Set([...names, ...rows.keys()])].sort();
  return inParts(all).map((own) => ({ names: own, rows: packRows(own.map((n) => rows.get(n))) }));
}

function inParts(names: readonly string[]): string[][] {
  const parts: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const name of names) {
    bytes += Buffer.byteLength(name);
    if (bytes > PART_BYTES || parts.at(-1)?.length === PART_NAMES) {
      parts.push([]);
      bytes = Buffer.byteLength(name);
    }
    parts.at(-1)?.push(name);
  }
  return parts;
}

function packRows(rows: readonly (BoardRow | undefined)[]): Uint8Array {
  const known = rows.filter((row) => row !== undefined);
  const regions = [...new Set(known.flatMap((row) => Object.keys(row.regions)))].sort();
  return sealPayload(
    joinColumns([
      [COLUMNS.header, packHeader(rows.length, regions)],
      [COLUMNS.isThere, column(rows, (row) => (row === undefined ? 0 : 1))],
      [COLUMNS.samples, column(known, (row) => row.sampleCount)],
      [COLUMNS.failed, column(known, (row) => row.failedCount)],
      [COLUMNS.missed, column(known, (row) => row.missedCount)],
      [COLUMNS.avg, column(known, (row) => timeCode(row.avgConnectTimeMs))],
      [COLUMNS.p95, p95Column(known)],
      ...regions.map(
        (name, i) => [FIRST_REGION + i, column(known, (row) => sightCode(row, name))] as const,
      ),
    ]),
  );
}

function packHeader(rowCount: number, regions: readonly RegionName[]): Uint8Array {
  const header = new ByteWriter();
  header.varint(ROWS_FORMAT);
  header.varint(rowCount);
  header.varint(regions.length);
  for (const region of regions) header.text(region);
  return header.finish();
}

function column<Row>(rows: readonly Row[], count: (row: Row) => number): Uint8Array {
  const numbers = new NumberWriter("board");
  for (const row of rows) numbers.count(count(row));
  return numbers.finish();
}

/** As its distance from the average, which is small. */
function p95Column(rows: readonly BoardRow[]): Uint8Array {
  const numbers = new NumberWriter("board");
  for (const row of rows)
    numbers.signed(timeCode(row.p95ConnectTimeMs) - timeCode(row.avgConnectTimeMs));
  return numbers.finish();
}

function timeCode(timeMs: DurationMs | null): number {
  return timeMs === null ? 0 : 1 + codeOfTime(timeMs);
}

function timeOf(code: number): DurationMs | null {
  return code === 0 ? null : timeOfCode(code - 1);
}

function sightCode({ regions }: BoardRow, name: RegionName): number {
  const sight = regions[name];
  return sight === undefined ? 0 : 1 + SIGHTS.indexOf(sight);
}

/** The rows of a part by name; throws if it is damaged or of a later format. */
export function unpackRows({ names, rows }: BoardPart): Map<string, BoardRow> {
  const columns = splitColumns(openPayload(rows));
  const regions = unpackHeader(columns.get(COLUMNS.header), names.length);
  const reader = (number: number) => new NumberReader(columns.get(number) ?? new Uint8Array());
  const isThere = reader(COLUMNS.isThere);
  const known = names.filter(() => isThere.count() === 1);
  const counts = [COLUMNS.samples, COLUMNS.failed, COLUMNS.missed].map(reader);
  const [avg, p95] = [reader(COLUMNS.avg), reader(COLUMNS.p95)];
  const sights = regions.map((name, i) => [name, reader(FIRST_REGION + i)] as const);
  return new Map(
    known.map((name) => {
      const [sampleCount = 0, failedCount = 0, missedCount = 0] = counts.map((one) => one.count());
      const code = avg.count();
      const row: BoardRow = {
        ...{ sampleCount, failedCount, missedCount },
        avgConnectTimeMs: timeOf(code),
        p95ConnectTimeMs: timeOf(code + p95.signed()),
        regions: readSights(sights),
      };
      return [name, row];
    }),
  );
}

function unpackHeader(column: Uint8Array | undefined, nameCount: number): RegionName[] {
  const header = new ByteReader(column ?? new Uint8Array());
  const format = header.varint();
  if (format !== ROWS_FORMAT) throw new Error(`Board format ${format} is not supported`);
  if (header.varint() !== nameCount) throw new Error("Board has other rows than names");
  return Array.from({ length: header.varint() }, () => header.text());
}

/** A sight of a later version is left out. */
function readSights(sights: readonly (readonly [RegionName, NumberReader])[]) {
  const found: Record<RegionName, RegionSight> = {};
  for (const [name, numbers] of sights) {
    const sight = SIGHTS[numbers.count() - 1];
    if (sight !== undefined) found[name] = sight;
  }
  return found;
}
