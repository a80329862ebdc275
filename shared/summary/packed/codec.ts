import { openPayload, sealPayload, splitColumns } from "../../chunk/chunk.ts";
import { parseSummaryItem, type Summary, type SummaryItem, toWholeItem } from "../summary.ts";
import { ColumnReader, ColumnWriter } from "./columns.ts";
import { type Figure, readOverall, readRegion, writeOverall, writeRegion } from "./figure.ts";

/** A reader that does not know it can't read the summaries. */
const FORMAT = 1;

/** Summaries of one task as bytes, the oldest first. The same summaries give the same bytes. */
export function packSummaries(summaries: readonly Summary[]): Uint8Array {
  const items = summaries
    .toSorted((a, b) => a.periodStartMs - b.periodStartMs)
    .map((summary) => toWholeItem(summary));
  const columns = new ColumnWriter();
  const names = [...new Set(items.flatMap(({ r }) => Object.keys(r)))].sort();
  columns.header.varint(FORMAT);
  columns.header.varint(items.length);
  columns.header.varint(names.length);
  for (const name of names) columns.header.text(name);
  writeFrames(columns, items);
  for (const name of names) {
    for (const { r } of items) columns.count("hasRegion", r[name] === undefined ? 0 : 1);
    writeRegion(
      columns,
      items.flatMap(({ r }) => (r[name] === undefined ? [] : [r[name]])),
    );
  }
  for (const { o, r } of items) writeOverall(columns, o, Object.values(r));
  return sealPayload(columns.finish());
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
  if (format !== FORMAT) throw new Error(`Format ${format} of packed summaries is not supported`);
  const count = columns.header.varint();
  const names = Array.from({ length: columns.header.varint() }, () => columns.header.text());
  const frames = readFrames(columns, count);
  const regions = frames.map((): Record<string, Figure> => ({}));
  for (const name of names) {
    const having = regions.filter(() => columns.count("hasRegion") === 1);
    const figures = readRegion(columns, having.length);
    having.forEach((own, i) => {
      const figure = figures[i];
      if (figure !== undefined) own[name] = figure;
    });
  }
  return frames.map((frame, i) => {
    const r = regions[i] ?? {};
    const o = readOverall(columns, Object.values(r));
    return parseSummaryItem({ ...frame, task_name: taskName, v: 1, o, r });
  });
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
