import { type Fields, isFields } from "../../../shared/input/input.ts";
import type { Check } from "../model/check.ts";
import { Code } from "../model/code.ts";
import { at, flagOf, keysOf, listOf } from "../values/fields.ts";
import { setGroup } from "../values/labels.ts";

const TAKEN = ["name", "activated", "tags", "locations", "frequency"];

/** What a `new CheckGroup(id, {…})` of the same file sets; null if the group is made elsewhere. */
export function groupOf(group: unknown): Fields | null {
  if (!(group instanceof Code) || !/^(?:.*\.)?CheckGroup(?:V2)?$/.test(group.name ?? ""))
    return null;
  const [id, props] = group.args;
  return typeof id === "string" && isFields(props) ? { name: id, ...props } : null;
}

/** A monitor's settings with its group's: a frequency and locations of its own count first. */
export function withGroup(own: unknown, group: Fields | null): unknown {
  if (group === null || !isFields(own) || own instanceof Code) return own;
  const isOff = [own, group].some((one) => flagOf(at(one, "activated")) === false);
  return {
    ...own,
    activated: !isOff,
    tags: [...listOf(own.tags), ...listOf(group.tags)],
    locations: own.locations ?? group.locations,
    frequency: own.frequency ?? group.frequency,
  };
}

/** Takes the group's name, and says what else of it stays behind. */
export function setGroupOf(check: Check, own: unknown, group: Fields | null): void {
  const [key] = ["group", "groupId"].filter((name) => at(own, name) !== undefined);
  if (key === undefined) return;
  if (group === null) {
    const value = at(own, key);
    const text = value instanceof Code ? `: ${value.text}` : "";
    check.lost.push(`${key}${text}: what the group is called and sets is not in this file`);
    return;
  }
  setGroup(check, group.name);
  const left = keysOf(group).filter((name) => !TAKEN.includes(name));
  if (left.length > 0) check.lost.push(`${left.join(", ")} of its group: a task has none of it`);
}
