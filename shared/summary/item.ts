import { TTL_ATTRIBUTE } from "../contract.ts";
import { itemSize, WRITE_UNIT_BYTES, writeUnits } from "../item-size.ts";
import { SECOND_MS, toEpochSeconds } from "../units.ts";
import type { Figures } from "./figures.ts";
import { type FiguresList, parseFigures, toFiguresList } from "./figures-list.ts";
import { mergeTimes } from "./merge-figures.ts";
import type { Summary } from "./summarise.ts";
import { packTimes, unpackTimes } from "./times.ts";

/**
 * Format of the stored figures. A reader ignores list elements and attributes that it does not know;
 * a change that it could misread gets a new number.
 */
const SUMMARY_FORMAT = 1;

/** The size of the attribute that the store adds: an instant in seconds. */
const EXPIRY_BYTES = itemSize({ [TTL_ATTRIBUTE]: 1_234_567_891 });

/**
 * A summary as stored. `o` is overall, `r` by region, `v` the format; `k` is what makes the figures
 * of the regions mergeable, in the order of their names (`packTimes`); `o` is mergeable through them.
 */
export interface SummaryItem {
  readonly task_name: string;
  readonly period_start: number;
  readonly period_end: number;
  readonly v: number;
  readonly rev: number;
  readonly host: string;
  readonly target_id?: string;
  readonly complete: boolean;
  readonly missing_regions?: readonly string[];
  readonly o: FiguresList;
  readonly r: Readonly<Record<string, FiguresList>>;
  readonly k?: Uint8Array;
}

/**
 * The item of a summary, without what only the store knows (its expiry). `k` is as fine as
 * possible without one more write unit.
 */
export function toSummaryItem(summary: Summary): SummaryItem {
  const item = toPlainItem(summary);
  const bytes = itemSize({ ...item }) + EXPIRY_BYTES;
  return withTimes(item, summary, writeUnits(bytes) * WRITE_UNIT_BYTES - bytes - "k".length);
}

/** The same with its sketches as fine as they are: one of many that are packed together. */
export function toWholeItem(summary: Summary): SummaryItem {
  return withTimes(toPlainItem(summary), summary, Number.POSITIVE_INFINITY);
}

function withTimes(item: SummaryItem, summary: Summary, room: number): SummaryItem {
  const k = packTimes(
    byName(summary.regions).map(([, figures]) => figures),
    room,
  );
  return k === null ? item : { ...item, k };
}

function toPlainItem(summary: Summary): SummaryItem {
  return {
    task_name: summary.taskName,
    period_start: toEpochSeconds(summary.periodStartMs),
    period_end: toEpochSeconds(summary.periodEndMs),
    v: SUMMARY_FORMAT,
    rev: summary.rev,
    host: summary.host,
    ...(summary.targetId === null ? {} : { target_id: summary.targetId }),
    complete: summary.complete,
    ...(summary.missingRegions.length === 0 ? {} : { missing_regions: summary.missingRegions }),
    o: toFiguresList(summary.overall),
    r: mapRecord(summary.regions, toFiguresList),
  };
}

/** Reads a stored summary; throws if it is damaged or of another format. */
export function parseSummaryItem(item: Readonly<Record<string, unknown>>): Summary {
  const { v } = item;
  if (v !== SUMMARY_FORMAT) throw new Error(`Summary format ${String(v)} is not supported`);
  const regions = readRegions(item);
  return {
    taskName: readText(item, "task_name"),
    host: readText(item, "host"),
    targetId: item.target_id === undefined ? null : readText(item, "target_id"),
    periodStartMs: readCount(item, "period_start") * SECOND_MS,
    periodEndMs: readCount(item, "period_end") * SECOND_MS,
    overall: { ...parseFigures(item.o), ...mergeTimes(Object.values(regions)) },
    regions,
    complete: item.complete === true,
    missingRegions: readTexts(item, "missing_regions"),
    rev: readCount(item, "rev"),
  };
}

/** A summary as it is after it was stored among others and read. */
export function asStored(summary: Summary): Summary {
  return parseSummaryItem({ ...toWholeItem(summary) });
}

/** The same of one that is an item of its own, as earlier versions stored it: its sketches may be coarser. */
export function asStoredAlone(summary: Summary): Summary {
  return parseSummaryItem({ ...toSummaryItem(summary) });
}

type StoredItem = Readonly<Record<string, unknown>>;

function readRegions({ r, k }: StoredItem): Record<string, Figures> {
  const listed = byName(mapRecord(readRecord(r), parseFigures));
  const figures = listed.map(([, each]) => each);
  const unpacked = unpackTimes(figures, k);
  return Object.fromEntries(listed.map(([name, each], i) => [name, unpacked[i] ?? each]));
}

function byName<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function readText(item: StoredItem, field: string): string {
  const value = item[field];
  if (typeof value !== "string") throw damaged(field);
  return value;
}

function readCount(item: StoredItem, field: string): number {
  const value = item[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw damaged(field);
  return value;
}

function readTexts(item: StoredItem, field: string): string[] {
  const value = item[field] ?? [];
  if (!Array.isArray(value) || value.some((text) => typeof text !== "string")) throw damaged(field);
  return value;
}

function readRecord(value: unknown): StoredItem {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged("r");
  return value as StoredItem;
}

function damaged(field: string): Error {
  return new Error(`Summary item is damaged: ${field}`);
}

function mapRecord<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B) {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]): [string, B] => [name, map(value)]),
  );
}
