import {
  type InputTable,
  isLabel,
  orList,
  ownField,
  readTable,
  refuse,
  showKey,
} from "../input/input.ts";
import { sumOf } from "../sum-of.ts";
import { isRegionName, type RegionName } from "../units.ts";
import type { Task } from "./task-type.ts";

const REGIONS_RULE = 'must be "all" or a list of region names';

/** More than any fleet has; a list of 400 KB can have 100,000 names. */
const MAX_REGIONS = 500;

/** Each odd name is a sentence. */
const SHOWN_REGIONS = 10;

/** A fleet of more regions is not listed in a sentence. */
const LISTED_REGIONS = 12;

const MAX_TAGS = 50;
/** Of all keys and values, in UTF-8: each event of the task has its tags, and so does its stored state. */
const MAX_TAGS_BYTES = 8_192;
const MAX_TAG_KEY_CHARACTERS = 128;
const MAX_TAG_VALUE_CHARACTERS = 256;

/** `regions`: "all", or a list or DynamoDB string set of names; sorted, so that their order does not matter. */
export function readRegions(
  item: InputTable,
  known?: readonly RegionName[],
): Task["regions"] | undefined {
  const value = ownField(item.fields, "regions");
  if (value === undefined || value === "all") return value;
  if (!Array.isArray(value) && !(value instanceof Set))
    return refuse(item, "regions", REGIONS_RULE);
  const given: unknown[] = [...value];
  if (given.length === 0) return refuse(item, "regions", REGIONS_RULE);
  if (given.length > MAX_REGIONS) {
    return refuse(item, "regions", `must be at most ${MAX_REGIONS} region names`);
  }
  if (refuseOddNames(item, given, known)) return undefined;
  if (new Set(given).size < given.length) {
    return refuse(item, "regions", "must name each region once");
  }
  return given.filter((name) => typeof name === "string").sort();
}

/** Whether there is a name that can't be one of the regions. Reports the first of them. */
function refuseOddNames(
  item: InputTable,
  given: readonly unknown[],
  known: readonly RegionName[] | undefined,
): boolean {
  const names = known && new Set<unknown>(known);
  const isOdd = (name: unknown) => !isRegionName(name) || names?.has(name) === false;
  const odd = given.flatMap((name, i) => (isOdd(name) ? [{ name, i }] : []));
  const rule = `must be ${choicesOf(known)}`;
  for (const { name, i } of odd.slice(0, SHOWN_REGIONS)) {
    item.report(`${item.path}regions[${i}]`, rule, name);
  }
  const moreCount = odd.length - SHOWN_REGIONS;
  if (moreCount > 0) item.report(`${item.path}regions`, `has ${moreCount} more names like these`);
  return odd.length > 0;
}

function choicesOf(known: readonly RegionName[] | undefined): string {
  if (known === undefined) return "a region name";
  if (known.length > LISTED_REGIONS) return `one of the fleet's ${known.length} regions`;
  return orList(known.map((name) => `"${name}"`));
}

/** `tags`: texts by key. */
export function readTags(item: InputTable): Task["tags"] | undefined {
  const table = readTable(item, "tags");
  if (table === undefined) return undefined;
  const tags = Object.entries(table.fields);
  if (tags.length > MAX_TAGS) {
    item.report(`${item.path}tags`, `must be at most ${MAX_TAGS} tags`, tags.length);
    return undefined;
  }
  const usable = tags.filter((tag): tag is [string, string] => isTag(table, tag));
  const bytes = sumOf(usable, ([key, value]) => Buffer.byteLength(key) + Buffer.byteLength(value));
  if (bytes > MAX_TAGS_BYTES) {
    const rule = `must be at most ${MAX_TAGS_BYTES} bytes with all keys and values`;
    item.report(`${item.path}tags`, rule, bytes);
  }
  return Object.fromEntries(usable);
}

function isTag(table: InputTable, [key, value]: [string, unknown]): boolean {
  const field = `${table.path}${showKey(key)}`;
  if (key === "__proto__" || !isLabel(key, MAX_TAG_KEY_CHARACTERS)) {
    table.report(field, "is not usable as the key of a tag", value);
    return false;
  }
  if (value === "" || isLabel(value, MAX_TAG_VALUE_CHARACTERS)) return true;
  const rule = `must be text of at most ${MAX_TAG_VALUE_CHARACTERS} characters without control characters`;
  table.report(field, rule, value);
  return false;
}
