import { type FiguresList, parseFigures, toFiguresList } from "./figures-list.ts";
import type { Summary } from "./summary.ts";
import { SECOND_MS, toEpochSeconds } from "./units.ts";

/**
 * Format of the stored figures. A reader takes longer lists than it knows and attributes that it
 * does not know; what it could misread gets a new number.
 */
const SUMMARY_FORMAT = 1;

/** A summary as stored. `o` is overall, `r` by region, `v` the format. */
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
}

/** The item of a summary, without what only the store knows (its expiry). */
export function toSummaryItem(summary: Summary): SummaryItem {
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

/** Reads a stored summary; throws where it is damaged or of a format that came later. */
export function parseSummaryItem(item: Readonly<Record<string, unknown>>): Summary {
  const { v } = item;
  if (v !== SUMMARY_FORMAT) throw new Error(`Summary format ${String(v)} is not supported`);
  return {
    taskName: readText(item, "task_name"),
    host: readText(item, "host"),
    targetId: item.target_id === undefined ? null : readText(item, "target_id"),
    periodStartMs: readCount(item, "period_start") * SECOND_MS,
    periodEndMs: readCount(item, "period_end") * SECOND_MS,
    overall: parseFigures(item.o),
    regions: mapRecord(readRecord(item.r), parseFigures),
    complete: item.complete === true,
    missingRegions: readTexts(item, "missing_regions"),
    rev: readCount(item, "rev"),
  };
}

type Item = Readonly<Record<string, unknown>>;

function readText(item: Item, field: string): string {
  const value = item[field];
  if (typeof value !== "string") throw damaged(field);
  return value;
}

function readCount(item: Item, field: string): number {
  const value = item[field];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw damaged(field);
  return value;
}

function readTexts(item: Item, field: string): string[] {
  const value = item[field] ?? [];
  if (!Array.isArray(value) || value.some((text) => typeof text !== "string")) throw damaged(field);
  return value;
}

function readRecord(value: unknown): Item {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw damaged("r");
  return value as Item;
}

function damaged(field: string): Error {
  return new Error(`Summary item is damaged: ${field}`);
}

function mapRecord<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B) {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]): [string, B] => [name, map(value)]),
  );
}
