import { openPayload, sealPayload, splitColumns } from "../../chunk/chunk.ts";
import { parseSummaryItem, type Summary, type SummaryItem, toWholeItem } from "../summary.ts";
import { ColumnReader, ColumnWriter } from "./columns.ts";
import { readFigures, writeFigures } from "./region-columns.ts";

/** A reader that does not know it can't read the summaries; 1 has its numbers as varints, 2 are minutes of many tasks. */
const FORMAT = 3;

/** Those that are read. */
const FORMATS: readonly number[] = [1, FORMAT];

/** Summaries of one task as bytes, the oldest first. The same summaries give the same bytes. */
export function packSummaries(summaries: readonly Summary[]): Uint8Array {
  const items = summaries
    .toSorted((a, b) => a.periodStartMs - b.periodStartMs)
    .map((summary) => toWholeItem(summary));
  const columns = new ColumnWriter();
  columns.header.varint(FORMAT);
  columns.header.varint(items.length);
  writeFrames(columns, items);
  writeFigures(columns, items);
  return sealPayload(columns.finishCoded());
}

function writeFrames(columns: ColumnWriter, items: readonly SummaryItem[]): void {
  let before = 0;
  for (const item of items) {
    columns.count("start", item.period_start - before);
    before = item.period_start;
    columns.count("length", item.period_end - item.period_start);
    columns.count("rev", item.rev);
    columns.count("isComplete", item.complete ? 1 : 0);
    const { host, target_id = null, missing_regions = [] } = item;
    columns.text("about", JSON.stringify([host, target_id, missing_regions]));
    columns.bytes(item.k ?? new Uint8Array());
  }
}

/** The summaries in these bytes, the oldest first; throws if they are damaged or of a later format. */
export function unpackSummaries(taskName: string, packed: Uint8Array): Summary[] {
  const columns = new ColumnReader(splitColumns(openPayload(packed)));
  const format = columns.header.varint();
  if (!FORMATS.includes(format))
    throw new Error(`Format ${format} of packed summaries is not supported`);
  const count = columns.header.varint();
  const frames = readFrames(columns, count);
  const figures = readFigures(
    columns,
    frames.map(() => true),
  );
  return frames.map((frame, i) =>
    parseSummaryItem({ ...frame, task_name: taskName, v: 1, ...figures[i] }),
  );
}

function readFrames(columns: ColumnReader, count: number) {
  let before = 0;
  return Array.from({ length: count }, () => {
    const period_start = before + columns.count("start");
    before = period_start;
    const period_end = period_start + columns.count("length");
    const rev = columns.count("rev");
    const complete = columns.count("isComplete") === 1;
    const [host, target_id, missing_regions] = JSON.parse(columns.text("about"));
    const k = columns.bytes();
    return {
      ...{ period_start, period_end, rev, complete, host, missing_regions, k },
      ...(target_id !== null && { target_id }),
    };
  });
}
