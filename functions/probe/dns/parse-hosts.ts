import { isIP, isIPv4 } from "node:net";

/** What a hosts file says of each name, in its order. */
export type HostsTable = ReadonlyMap<string, readonly string[]>;

// RFC 6761 6.3: a resolver answers for localhost itself, whatever the file says.
const LOCALHOST: readonly string[] = ["127.0.0.1", "::1"];

/** Reads a hosts file (hosts(5)); lines that are none are passed over, as the system does. */
export function parseHosts(text: string): HostsTable {
  const table = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names) addTo(table, name.toLowerCase(), address);
  }
  return table;
}

function addTo(table: Map<string, string[]>, name: string, address: string): void {
  const known = table.get(name);
  if (known === undefined) table.set(name, [address]);
  else known.push(address);
}

/** The addresses that need no DNS: a hosts file's, or localhost's own. `name` in lower case. */
export function localAddresses(name: string, table: HostsTable): readonly string[] {
  const isLocalhost = name === "localhost" || name.endsWith(".localhost");
  return table.get(name) ?? (isLocalhost ? LOCALHOST : []);
}

/** The addresses of the wanted family; for `any` IPv4 before IPv6, as with DNS. */
export function ofFamily(
  addresses: readonly string[],
  family: "any" | "ipv4" | "ipv6",
): readonly string[] {
  const v4 = addresses.filter((address) => isIPv4(address));
  const v6 = addresses.filter((address) => !isIPv4(address));
  if (family === "any") return v4.length > 0 ? v4 : v6;
  return family === "ipv4" ? v4 : v6;
}
