import type { FleetRegion } from "../../shared/plan/plan.ts";
import { isLocationName, LOCATION_NAME_RULE } from "../../shared/units.ts";
import { readPrivateCidrs } from "./private-cidrs.ts";
import {
  type ConfigReader,
  entryReaderOf,
  isNamed,
  readBoolean,
  readCount,
  refuse,
} from "./read-config.ts";

/** A place outside of AWS from which an agent probes; to everything else it is a region. */
export interface LocationConfig {
  readonly name: string;
  readonly shards: number;
  /** Whether its agent has a route for IPv6. */
  readonly ipv6: boolean;
  /** Private address ranges that tasks may probe from there; the agent has its own list. */
  readonly allowedPrivateCidrs: readonly string[];
}

/** What home's functions know of a location. */
export function locationFacts(location: LocationConfig): FleetRegion {
  const { name, shards, ipv6, allowedPrivateCidrs: allowedCidrs } = location;
  return { name, shards, vpc: false, ipv6, allowedCidrs, agent: true };
}

const LOCATION_FIELDS = ["name", "shards", "ipv6", "allowedPrivateCidrs"];

/** Reads `fleet.locations`, a list of names or objects with each location once; none if it is absent. */
export function readLocations(reader: ConfigReader): LocationConfig[] {
  const raw = reader.fields.locations ?? [];
  if (!Array.isArray(raw)) {
    reader.problems.push(`${reader.path}.locations must be a list, is ${JSON.stringify(raw)}`);
    return [];
  }
  const locations = raw.map((entry: unknown, i) =>
    readLocation(entry, `${reader.path}.locations[${i}]`, reader.problems),
  );
  locations.forEach(({ name }, i) => {
    if (name !== "" && locations.findIndex((other) => other.name === name) !== i)
      reader.problems.push(`${reader.path}.locations[${i}] names ${name} a second time`);
  });
  return locations;
}

function readLocation(raw: unknown, path: string, problems: string[]): LocationConfig {
  const reader = entryReaderOf(path, raw, LOCATION_FIELDS, problems);
  return {
    name: isNamed(raw) ? readName(reader) : "",
    shards: readCount(reader, "shards", { least: 1, most: 64, fallback: 1 }),
    ipv6: readBoolean(reader, "ipv6", false),
    allowedPrivateCidrs: readPrivateCidrs(reader, { isOwnMachine: true }),
  };
}

function readName(reader: ConfigReader): string {
  const { name } = reader.fields;
  if (isLocationName(name)) return name;
  refuse(reader, "name", LOCATION_NAME_RULE, name);
  return "";
}
