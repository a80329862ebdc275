/** An address as its 4 or 16 bytes. */
export type AddressBytes = readonly number[];

/** Addresses with the same first bits. */
export interface AddressRange {
  readonly network: AddressBytes;
  readonly prefixBits: number;
}

const OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${OCTET}\\.${OCTET}\\.${OCTET}\\.${OCTET}$`);

/** The bytes of an address literal; null for anything else, an address with a zone included. */
export function parseAddress(literal: string): AddressBytes | null {
  const octets = IPV4.exec(literal)?.slice(1).map(Number);
  return octets ?? parseIpv6(literal);
}

function parseIpv6(literal: string): AddressBytes | null {
  const address = `tcp://[${literal}]`;
  if (!/^[0-9a-f:.]+$/i.test(literal) || !URL.canParse(address)) return null;
  // The URL parser writes every spelling the one way, a dotted end in hex too (WHATWG URL 3.5).
  const [head = "", tail] = new URL(address).hostname.slice(1, -1).split("::");
  const before = parseGroups(head);
  if (tail === undefined) return before;
  const after = parseGroups(tail);
  return [...before, ...Array(16 - before.length - after.length).fill(0), ...after];
}

function parseGroups(text: string): number[] {
  if (text === "") return [];
  const groups = text.split(":").map((group) => Number.parseInt(group, 16));
  return groups.flatMap((group) => [group >> 8, group & 255]);
}

/** Reads a CIDR such as `10.0.0.0/8`; null for anything else. */
export function parseRange(cidr: string): AddressRange | null {
  const [, literal = "", prefix = ""] = /^([^/]+)\/(\d{1,3})$/.exec(cidr) ?? [];
  const network = parseAddress(literal);
  if (network === null || Number(prefix) > 8 * network.length) return null;
  return { network, prefixBits: Number(prefix) };
}

/** Whether an address is in one of the ranges; no IPv4 address is in an IPv6 range. */
export function isInRanges(address: AddressBytes, ranges: readonly AddressRange[]): boolean {
  return ranges.some((range) => isInRange(address, range));
}

/** Whether the whole of a range is in one of the ranges. */
export function isWithin(range: AddressRange, ranges: readonly AddressRange[]): boolean {
  return ranges.some(
    (outer) => outer.prefixBits <= range.prefixBits && isInRange(range.network, outer),
  );
}

function isInRange(address: AddressBytes, { network, prefixBits }: AddressRange): boolean {
  if (network.length !== address.length) return false;
  const wholeBytes = prefixBits >> 3;
  for (let i = 0; i < wholeBytes; i++) if (network[i] !== address[i]) return false;
  const bits = prefixBits & 7;
  const differing = (network[wholeBytes] ?? 0) ^ (address[wholeBytes] ?? 0);
  return differing >> (8 - bits) === 0;
}
