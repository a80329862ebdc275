/** Hosts a /24, from .1: the programs under bench/native/ count alike. */
const HOSTS_PER_NET = 250;

/** The `index`-th host of those that begin at the first host of a /24, `10.77.1.1` say. */
function hostAfter(firstHost: string, index: number): string {
  const [a = 0, b = 0, c = 0] = firstHost.split(".").map(Number);
  const net = c + Math.floor(index / HOSTS_PER_NET);
  return [a, b + Math.floor(net / 256), net % 256, 1 + (index % HOSTS_PER_NET)].join(".");
}

/** `count` hosts in a row, no two alike. */
export function hostsFrom(firstHost: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => hostAfter(firstHost, index));
}
