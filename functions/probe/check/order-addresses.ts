import { isIPv6 } from "node:net";

/** Of a name's addresses no more are used. */
const MOST_ADDRESSES = 16;

/**
 * The addresses that are each checked, in an order that does not depend on that of the answer: IPv4
 * first. If there are too many, each family gives way to the other down to half of the places.
 */
export function stableOrder(addresses: readonly string[]): string[] {
  const { v4, v6 } = byFamily(addresses);
  const half = MOST_ADDRESSES / 2;
  const v6Count = Math.min(v6.length, Math.max(half, MOST_ADDRESSES - v4.length));
  const v4Count = MOST_ADDRESSES - v6Count;
  return [...v4.sort().slice(0, v4Count), ...v6.sort().slice(0, v6Count)];
}

/**
 * The order in which addresses are tried (RFC 8305 4): the families take turns, each in the order of
 * its answer, and IPv6 begins if this machine has a route for it.
 */
export function racingOrder(addresses: readonly string[], hasIpv6Route: boolean): string[] {
  const { v4, v6 } = byFamily(addresses);
  if (!hasIpv6Route) return [...v4, ...v6].slice(0, MOST_ADDRESSES);
  const longest = Math.max(v4.length, v6.length);
  const turns = Array.from({ length: longest }, (_, i) => [v6[i], v4[i]]).flat();
  return turns.filter((address) => address !== undefined).slice(0, MOST_ADDRESSES);
}

/** An answer may have an address twice. */
function byFamily(addresses: readonly string[]): { v4: string[]; v6: string[] } {
  const different = [...new Set(addresses)];
  return {
    v4: different.filter((address) => !isIPv6(address)),
    v6: different.filter((address) => isIPv6(address)),
  };
}
