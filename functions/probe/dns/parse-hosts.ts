import { isIP, isIPv4 } from "node:net";
import { isLocalhost, LOCALHOST } from "../../../shared/vet/vet.ts";

/** The addresses that a hosts file has for each name, in its order. */
export type HostsTable = ReadonlyMap<string, readonly string[]>;

/** Reads a hosts file (hosts(5)); a line that it can't read is ignored, as the system does. */
export function parseHosts(text: string): HostsTable {
  const table = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names.map(canonicalHost)) {
      if (name !== "") addTo(table, name, address);
    }
  }
  return table;
}

function addTo(table: Map<string, string[]>, name: string, address: string): void {
  const known = table.get(name);
  if (known === undefined) table.set(name, [address]);
  else known.push(address);
}

/** The one form of a host name: in lower case, and without the dot of the root. */
export function canonicalHost(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** The addresses that need no DNS: those of the hosts file or of localhost. `name` is canonical. */
export function localAddresses(name: string, table: HostsTable): readonly string[] {
  return table.get(name) ?? (isLocalhost(name) ? LOCALHOST : []);
}

/** The addresses of a family; for `any` the IPv4 ones, or the IPv6 ones if there is no IPv4. */
export function ofFamily(
  addresses: readonly string[],
  family: "any" | "ipv4" | "ipv6",
): readonly string[] {
  const v4 = addresses.filter((address) => isIPv4(address));
  const v6 = addresses.filter((address) => !isIPv4(address));
  if (family === "any") return v4.length > 0 ? v4 : v6;
  return family === "ipv4" ? v4 : v6;
}

/**
 * The addresses of a local name that are not of the family that `ofFamily` takes for `any`. They are of
 * the same machine, whose services may listen on either: a connect that gets nowhere goes on with these.
 * Localhost always has them, even if the hosts file has it in one family only.
 */
export function otherFamilyOf(name: string, addresses: readonly string[]): readonly string[] {
  const taken = ofFamily(addresses, "any");
  if (taken.length === 0) return [];
  const others = addresses.filter((address) => !taken.includes(address));
  if (others.length > 0 || !isLocalhost(name)) return others;
  return LOCALHOST.filter((address) => isIP(address) !== isIP(taken[0] ?? ""));
}
