import { type Fields, isFields, ownField } from "../../input/input.ts";

/** Tables in which a task sets some fields and has the others from the defaults. */
const JOINED = ["alert", "tls", "tags", "retry", "rate_limit"];

/** Names of one setting: who writes one of them wants none of the others. */
const RIVALS: readonly (readonly string[])[] = [
  ["timeout", "timeout_seconds"],
  ["failures", "failure_threshold"],
];

/** A task's own fields, and the defaults of its file where it has none. */
export function withDefaults(own: Fields, defaults: Fields): Fields {
  const others = Object.entries(defaults).filter(([name]) => !isSet(own, name));
  const joined = JOINED.flatMap((name) => {
    const [mine, usual] = [ownField(own, name), ownField(defaults, name)];
    return isFields(mine) && isFields(usual) ? [[name, joinTables(mine, usual)] as const] : [];
  });
  return { ...Object.fromEntries(others), ...own, ...Object.fromEntries(joined) };
}

/** Whether what stands at a field's path is from the defaults, and not the task's own. */
export function isFromDefaults(path: string, own: Fields, defaults: Fields): boolean {
  const [, name = "", rest = ""] = /^([\w-]+)\.?(.*)$/s.exec(path) ?? [];
  const usual = ownField(defaults, name);
  if (usual === undefined) return false;
  const mine = ownField(own, name);
  if (mine === undefined) return !isSet(own, name);
  return rest !== "" && isFields(mine) && isFields(usual) && isFromDefaults(rest, mine, usual);
}

function joinTables(own: Fields, defaults: Fields): Fields {
  const joined = Object.entries(defaults)
    .filter(([name]) => !isSet(own, name))
    .map(([name, usual]) => [name, usual] as const);
  const inner = Object.entries(own).map(([name, mine]) => {
    const usual = ownField(defaults, name);
    return [name, isFields(mine) && isFields(usual) ? joinTables(mine, usual) : mine] as const;
  });
  return Object.fromEntries([...joined, ...inner]);
}

function isSet(own: Fields, name: string): boolean {
  const names = RIVALS.find((rivals) => rivals.includes(name)) ?? [name];
  return names.some((one) => ownField(own, one) !== undefined);
}
