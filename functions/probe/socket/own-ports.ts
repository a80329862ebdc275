import { readFileSync } from "node:fs";

const RANGE_FILE = "/proc/sys/net/ipv4/ip_local_port_range";

/** Ports below are never chosen for a socket that was not bound. */
const LEAST_UNPRIVILEGED: number = 1_024;

/** The ports from which this machine dials, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Reads the range that the kernel chooses from (ip(7)), or takes the widest one if it does not say. */
export function readOwnPorts(file: string = RANGE_FILE): PortRange {
  const widest = { first: LEAST_UNPRIVILEGED, last: 65_535 };
  try {
    const [first = Number.NaN, last = Number.NaN] = readFileSync(file, "utf8")
      .split(/\s+/)
      .map(Number);
    const isRange = first > 0 && first <= last;
    return isRange ? { first, last } : widest;
  } catch {
    // Not Linux, or /proc is not mounted.
    return widest;
  }
}
