import { isIPv6 } from "node:net";

/** An IPv6 address as its eight 16-bit groups, or null for anything else, a zoned address included. */
export function ipv6Groups(literal: string): readonly number[] | null {
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
export function embeddedIpv4(groups: readonly number[]): string | null {
  const prefix = groups.slice(0, 6).join(",");
  if (!CARRIERS.includes(prefix)) return null;
  const [high = 0, low = 0] = groups.slice(6);
  if (prefix === "0,0,0,0,0,0" && high === 0 && low <= 1) return null;
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
