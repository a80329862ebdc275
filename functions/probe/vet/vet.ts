import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/**
 * Never opened, whatever a deployment allows: they lead to the machine itself or to its
 * credentials (169.254.169.254, fd00:ec2::254), are no single host's address, or are a tunnel's
 * (6to4, Teredo, a local NAT64) whose other end can't be judged.
 */
const NEVER = [
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
];

/** Blocked unless allowed. Source: IANA's IPv4 and IPv6 Special-Purpose Address Registries, whole. */
const SPECIAL = [
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
  "::1/128",
  "100::/64",
  "100:0:0:1::/64",
  "2001::/23",
  "2001:db8::/32",
  "2620:4f:8000::/48",
  "3fff::/20",
  "5f00::/16",
  "fc00::/7",
  "fec0::/10",
];

/** What this deployment lets its probes connect to. */
export interface AddressRules {
  readonly never: BlockList;
  readonly special: BlockList;
  /** By family: to `BlockList` every IPv4 address lies in `::/0`, which must not open it. */
  readonly allowed: Readonly<Record<Family, BlockList>>;
}

type Family = "ipv4" | "ipv6";

/** Builds the rules; throws on anything that is no CIDR, since a typo must not open a range. */
export function addressRules(allowedCidrs: readonly string[]): AddressRules {
  const allowed = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of allowedCidrs) addRange(allowed[cidr.includes(":") ? "ipv6" : "ipv4"], cidr);
  return { never: blockList(NEVER), special: blockList(SPECIAL), allowed };
}

/** `SYNFLEET_ALLOWED_CIDRS`: comma-separated, empty for none. */
export function parseCidrs(text: string): string[] {
  return text
    .split(",")
    .map((cidr) => cidr.trim())
    .filter((cidr) => cidr !== "");
}

function blockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) addRange(list, cidr);
  return list;
}

const CIDR = /^([^/%]+)\/(\d{1,3})$/;

function addRange(list: BlockList, cidr: string): void {
  const [, network = "", prefix = ""] = CIDR.exec(cidr) ?? [];
  const version = isIP(network);
  if (version === 0 || Number(prefix) > (version === 4 ? 32 : 128))
    throw new Error(`An allowed CIDR must be like 10.0.0.0/8 or fd12::/48, is "${cidr}"`);
  list.addSubnet(network, Number(prefix), version === 4 ? "ipv4" : "ipv6");
}

/**
 * Judges the literal that is about to be connected to. An IPv6 form that carries an IPv4 address
 * is judged by what it carries. Anything that is no literal, or names a zone, is blocked.
 */
export function vetAddress(literal: string, rules: AddressRules): "allowed" | "blocked" {
  if (isIPv4(literal)) return judge(literal, "ipv4", rules);
  const groups = ipv6Groups(literal);
  if (groups === null) return "blocked";
  const carried = embeddedIpv4(groups);
  return carried === null ? judge(literal, "ipv6", rules) : judge(carried, "ipv4", rules);
}

function judge(literal: string, family: Family, rules: AddressRules): "allowed" | "blocked" {
  if (rules.never.check(literal, family)) return "blocked";
  if (rules.allowed[family].check(literal, family)) return "allowed";
  return rules.special.check(literal, family) ? "blocked" : "allowed";
}

/** An IPv6 address as its eight 16-bit groups, or null for anything else, a zoned address included. */
function ipv6Groups(literal: string): readonly number[] | null {
  if (!isIPv6(literal) || literal.includes("%")) return null;
  // The URL parser writes every spelling the one way, a dotted end in hex too (WHATWG URL 3.5).
  const plain = new URL(`tcp://[${literal}]`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const before = parseGroups(head);
  if (tail === undefined) return before;
  const after = parseGroups(tail);
  return [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
}

function parseGroups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

/**
 * The first six groups of every form whose last 32 bits are an IPv4 address: mapped and
 * compatible (RFC 4291 2.5.5), translated (RFC 2765), NAT64's well-known prefix (RFC 6052).
 */
const CARRIERS = ["0,0,0,0,0,65535", "0,0,0,0,0,0", "0,0,0,0,65535,0", "100,65435,0,0,0,0"];

/** The IPv4 address that an IPv6 address carries, or null. `::` and `::1` carry none. */
function embeddedIpv4(groups: readonly number[]): string | null {
  const prefix = groups.slice(0, 6).join(",");
  if (!CARRIERS.includes(prefix)) return null;
  const [high = 0, low = 0] = groups.slice(6);
  if (prefix === "0,0,0,0,0,0" && high === 0 && low <= 1) return null;
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
