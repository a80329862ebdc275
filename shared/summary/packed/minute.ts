import { openPayload, sealPayload, splitColumns } from "../../chunk/chunk.ts";
import { parseSummaryItem, type Summary, type SummaryItem, toWholeItem } from "../summary.ts";
import { ColumnReader, ColumnWriter } from "./columns.ts";
import { readFigures, writeFigures } from "./region-columns.ts";

/** A reader that does not know it can't read the summaries; 1 are the periods of one task. */
const FORMAT = 2;

/**
 * Summaries of one minute and many tasks as bytes, in the order of the tasks' names. The same
 * summaries give the same bytes. Throws if one of them has a figure that none can be.
 */
export function packMinute(summaries: readonly Summary[]): Uint8Array {
  const items = summaries
    .toSorted((a, b) => (a.taskName < b.taskName ? -1 : 1))
    .map((summary) => toWholeItem(summary));
  const columns = new ColumnWriter();
  columns.header.varint(FORMAT);
  columns.header.varint(items.length);
  for (const item of items) writeFrame(columns, item);
  writeFigures(columns, items);
  return sealPayload(columns.finish());
}

function writeFrame(columns: ColumnWriter, item: SummaryItem): void {
  const { task_name, host, target_id = null, missing_regions = [] } = item;
  columns.count("start", item.period_start);
  columns.count("length", item.period_end - item.period_start);
  columns.count("rev", item.rev);
  columns.count("isComplete", item.complete ? 1 : 0);
  columns.text("about", task_name);
  columns.text("about", JSON.stringify([host, target_id, missing_regions]));
  columns.bytes(item.k ?? new Uint8Array());
}

/**
 * The summaries in these bytes, in the order of the names; of some tasks only if they are given.
 * Throws if the bytes are damaged or of a later format.
 */
export function unpackMinute(packed: Uint8Array, taskNames?: ReadonlySet<string>): Summary[] {
  const columns = new ColumnReader(splitColumns(openPayload(packed)));
  const format = columns.header.varint();
  if (format !== FORMAT) throw new Error(`Format ${format} of packed summaries is not supported`);
  const count = columns.header.varint();
  const frames = Array.from({ length: count }, () => readFrame(columns));
  const isWanted = frames.map(({ task_name }) => taskNames?.has(task_name) ?? true);
  const figures = readFigures(columns, isWanted);
  return frames.flatMap(({ about, ...frame }, i) => {
    const own = figures[i] ?? null;
    if (own === null) return [];
    const [host, target_id, missing_regions] = JSON.parse(about);
    const target = target_id === null ? {} : { target_id };
    return parseSummaryItem({ ...frame, ...target, host, missing_regions, v: 1, ...own });
  });
}

function readFrame(columns: ColumnReader) {
  const period_start = columns.count("start");
  return {
    period_start,
    period_end: period_start + columns.count("length"),
    rev: columns.count("rev"),
    complete: columns.count("isComplete") === 1,
    task_name: columns.text("about"),
    about: columns.text("about"),
    k: columns.bytes(),
  };
}
