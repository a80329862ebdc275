import {
  type AddressBytes,
  type AddressRange,
  isInRanges,
  isWithin,
  parseAddress,
  parseRange,
} from "./address.ts";

/**
 * Never opened, whatever a deployment allows: they lead to the machine itself or to its
 * credentials (169.254.169.254, fd00:ec2::254), are no single host's address, or are a tunnel's
 * (6to4, Teredo, a local NAT64) whose other end can't be judged.
 */
const NEVER = rangesOf([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "224.0.0.0/4",
  "255.255.255.255/32",
  "::/128",
  "64:ff9b:1::/48",
  "2001::/32",
  "2002::/16",
  "fd00:ec2::/32",
  "fe80::/10",
  "ff00::/8",
]);

/** What is public: all of IPv4, and the part of IPv6 that IANA assigns as global unicast (RFC 4291 2.4). */
const PUBLIC = rangesOf(["0.0.0.0/0", "2000::/3"]);

/** Not public although it is in there. Source: IANA's IPv4 and IPv6 Special-Purpose Address Registries. */
const SPECIAL = rangesOf([
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "240.0.0.0/4",
  "2001::/23",
  "2001:db8::/32",
  "2620:4f:8000::/48",
  "3fff::/20",
]);

/** What a deployment lets the probes of a region connect to beside public addresses. */
export interface AddressRules {
  readonly opened: readonly AddressRange[];
}

/**
 * What the rules say of an address: `closed` if it is not public and the deployment does not open
 * it, `never` if no deployment can open it.
 */
export type AddressVerdict = "allowed" | "closed" | "never";

/** Builds the rules; throws on anything that is no CIDR, since a typo must not open a range. */
export function addressRules(openedCidrs: readonly string[]): AddressRules {
  return { opened: rangesOf(openedCidrs) };
}

/** `SYNFLEET_ALLOWED_CIDRS`: comma-separated, empty for none. */
export function parseCidrs(text: string): string[] {
  return text
    .split(",")
    .map((cidr) => cidr.trim())
    .filter((cidr) => cidr !== "");
}

/** Whether a text is a CIDR such as `10.0.0.0/8` or `fd12::/48`. */
export function isCidr(text: unknown): text is string {
  return typeof text === "string" && parseRange(text) !== null;
}

function rangesOf(cidrs: readonly string[]): AddressRange[] {
  return cidrs.map((cidr) => {
    const range = parseRange(cidr);
    if (range !== null) return range;
    throw new Error(`An allowed CIDR must be like 10.0.0.0/8 or fd12::/48, is "${cidr}"`);
  });
}

const LOOPBACK = rangesOf(["127.0.0.0/8", "::1/128"]);

/** Private IPv6 addresses (RFC 4193), which are not among the public ones. */
const UNIQUE_LOCAL = rangesOf(["fc00::/7"]);

/**
 * Why it is a mistake that a deployment opens a range to all tasks of a region, or null: `never`, no
 * address of it can be opened; `itself`, it leads to the probe's own machine; `public`, its addresses
 * are open anyway; `wide`, it opens more than one kind of private addresses.
 */
export function openingFault(cidr: string): "never" | "itself" | "public" | "wide" | null {
  const [range] = rangesOf([cidr]);
  if (range === undefined || isWithin(range, NEVER)) return "never";
  if (isWithin(range, LOOPBACK)) return "itself";
  if (isWithin(range, SPECIAL) || isWithin(range, UNIQUE_LOCAL)) return null;
  // An address that carries one of IPv4 is judged by that.
  if (isWithin(range, CARRIERS)) return "never";
  const reaches = [...SPECIAL, ...NEVER, ...UNIQUE_LOCAL].some((other) => isWithin(other, [range]));
  return isWithin(range, PUBLIC) && !reaches ? "public" : "wide";
}

/**
 * Judges the literal that is about to be connected to. An IPv6 form that carries an IPv4 address
 * is judged by what it carries. Anything that is no literal, or names a zone, is `never` allowed.
 */
export function vetAddress(literal: string, rules: AddressRules): AddressVerdict {
  const address = parseAddress(literal);
  if (address === null) return "never";
  return judge(carriedIpv4(address) ?? address, rules);
}

/** Whether a host name, in lower case and without the root's dot, is localhost or under it (RFC 6761 6.3). */
export function isLocalhost(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost");
}

/** The addresses of localhost where no hosts file says otherwise. */
export const LOCALHOST: readonly string[] = ["127.0.0.1", "::1"];

/** Judges a host whose address is known without a look-up: a literal or localhost. Null for any other name. */
export function vetHost(hostname: string, rules: AddressRules): AddressVerdict | null {
  if (isLocalhost(hostname)) {
    const isOpened = LOCALHOST.some((literal) => vetAddress(literal, rules) === "allowed");
    return isOpened ? "allowed" : "closed";
  }
  return parseAddress(hostname) === null ? null : vetAddress(hostname, rules);
}

function judge(address: AddressBytes, { opened }: AddressRules): AddressVerdict {
  if (isInRanges(address, NEVER)) return "never";
  if (isInRanges(address, opened)) return "allowed";
  const isPublic = isInRanges(address, PUBLIC) && !isInRanges(address, SPECIAL);
  return isPublic ? "allowed" : "closed";
}

/**
 * Every form whose last 32 bits are an IPv4 address: mapped and compatible (RFC 4291 2.5.5),
 * translated (RFC 2765), NAT64's well-known prefix (RFC 6052).
 */
const CARRIERS = rangesOf(["::ffff:0:0/96", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96"]);

/** The unspecified address and the loopback address carry none. */
const NO_CARRIERS = rangesOf(["::/128", "::1/128"]);

/** The IPv4 address that an IPv6 address carries, or null. */
function carriedIpv4(address: AddressBytes): AddressBytes | null {
  const carries = isInRanges(address, CARRIERS) && !isInRanges(address, NO_CARRIERS);
  return carries ? address.slice(12) : null;
}
