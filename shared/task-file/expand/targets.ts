import { type Fields, ownField } from "../../input/input.ts";
import { parseHost } from "../../task/host/host.ts";
import type { Fault, TargetPlaces } from "./places.ts";

/** One target of an entry that lists several: the fields that say where it is, and its places. */
export interface ListedTarget {
  readonly fields: Fields;
  readonly places: TargetPlaces;
}

/** The targets of an entry, or what is wrong with its lists. */
export type ListedTargets =
  | { readonly targets: readonly ListedTarget[]; readonly fault?: undefined }
  | { readonly fault: Fault };

/** More tasks than this in one entry are probably a mistake. */
const MOST_TARGETS = 1_000;

/** The lists, each with the fields that say the same of one target. */
const LISTS = { hosts: ["host", "url"], ports: ["port"] } as const;

/** Whether an entry stands for several tasks. */
export function hasLists(fields: Fields): boolean {
  return Object.keys(LISTS).some((list) => ownField(fields, list) !== undefined);
}

/** Each host with each port, in the order of the lists. */
export function listTargets(fields: Fields): ListedTargets {
  const fault = faultOf(fields);
  if (fault !== null) return { fault };
  const hosts = listOf(fields, "hosts") ?? [ownField(fields, "host")];
  const ports = listOf(fields, "ports") ?? [ownField(fields, "port")];
  const targets = hosts.flatMap((host) => ports.map((port) => targetOf(host, port)));
  return targets.length <= MOST_TARGETS ? { targets } : { fault: tooMany(targets.length) };
}

function faultOf(fields: Fields): Fault | null {
  for (const [list, singles] of Object.entries(LISTS)) {
    const value = ownField(fields, list);
    if (value === undefined) continue;
    const other = singles.find((single) => ownField(fields, single) !== undefined);
    if (other !== undefined) return { field: `${list}, ${other}`, rule: "exclude each other" };
    if (Array.isArray(value) && value.length > 0 && value.length <= MOST_TARGETS) continue;
    return { field: list, rule: `must be a list of 1 to ${MOST_TARGETS} ${list}`, value };
  }
  return null;
}

function listOf(fields: Fields, list: keyof typeof LISTS): readonly unknown[] | null {
  const value = ownField(fields, list);
  return Array.isArray(value) ? value : null;
}

function targetOf(host: unknown, port: unknown): ListedTarget {
  const parsed = typeof host === "string" ? parseHost(host) : { rule: "" };
  const named = "rule" in parsed ? { hostname: String(host ?? ""), port: null } : parsed;
  return {
    fields: { ...(host !== undefined && { host }), ...(port !== undefined && { port }) },
    places: { host: named.hostname, port: String(port ?? named.port ?? "") },
  };
}

function tooMany(count: number): Fault {
  return { field: "hosts and ports", rule: `make ${count} tasks, more than ${MOST_TARGETS}` };
}
