import {
  type InputTable,
  isLabel,
  orList,
  ownField,
  readTable,
  refuse,
  showKey,
} from "../input/input.ts";
import { isRegionName, type RegionName } from "../units.ts";
import type { Task } from "./task-type.ts";

const REGIONS_RULE = 'must be "all" or a list of region names';

const MAX_TAGS = 50;
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
  const names = given.filter((name, i) => isRegion(item, { name, i }, known));
  if (names.length < given.length) return undefined;
  if (new Set(names).size < names.length) {
    return refuse(item, "regions", "must name each region once");
  }
  return names.filter((name) => typeof name === "string").sort();
}

function isRegion(
  item: InputTable,
  { name, i }: { name: unknown; i: number },
  known: readonly RegionName[] | undefined,
): boolean {
  if (isRegionName(name) && (known === undefined || known.includes(name))) return true;
  const choices = known === undefined ? "a region name" : orList(known.map((r) => `"${r}"`));
  item.report(`${item.path}regions[${i}]`, `must be ${choices}`, name);
  return false;
}

/** `tags`: texts by key. */
export function readTags(item: InputTable): Task["tags"] | undefined {
  const table = readTable(item, "tags");
  if (table === undefined) return undefined;
  const tags = Object.entries(table.fields);
  if (tags.length > MAX_TAGS) {
    item.report(`${item.path}tags`, `must be at most ${MAX_TAGS} tags`, tags.length);
  }
  return Object.fromEntries(tags.filter((tag) => isTag(table, tag)) as [string, string][]);
}

function isTag(table: InputTable, [key, value]: [string, unknown]): boolean {
  const field = `${table.path}${showKey(key)}`;
  if (key === "__proto__" || !isLabel(key, MAX_TAG_KEY_CHARACTERS)) {
    table.report(field, "is not usable as the key of a tag", value);
    return false;
  }
  if (value === "" || isLabel(value, MAX_TAG_VALUE_CHARACTERS)) return true;
  table.report(field, `must be text of at most ${MAX_TAG_VALUE_CHARACTERS} characters`, value);
  return false;
}
