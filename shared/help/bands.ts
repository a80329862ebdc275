import type { DurationMs } from "../units.ts";

/** What a figure usually means. */
export interface Band {
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly sentence: string;
}

/** A band and its least figure. */
interface From extends Band {
  readonly from: number;
}

const LATENCY: readonly From[] = [
  {
    from: 50,
    name: "internet",
    sentence: "50 to 200 ms: over the internet, or a congested network",
  },
  { from: 10, name: "regional", sentence: "10 to 50 ms: usual within a region" },
  { from: 1, name: "local", sentence: "1 to 10 ms: a fast local network" },
  { from: 0, name: "near", sentence: "Below 1 ms: the same machine or its own network" },
];

/** Only a figure above it is slow, so it is no `from`. */
const SLOW_ABOVE_MS: DurationMs = 200;

const SLOW: Band = {
  name: "slow",
  sentence: "Above 200 ms: far away, or a path to be looked into",
};

const SUCCESS: readonly From[] = [
  { from: 100, name: "healthy", sentence: "100 %: service and network are healthy" },
  {
    from: 95,
    name: "glitches",
    sentence: "95 to 100 %: occasional glitches of a network, which are usual",
  },
  { from: 90, name: "unsteady", sentence: "90 to 95 %: more than a network's usual glitches" },
  {
    from: Number.MIN_VALUE,
    name: "failing",
    sentence: "Below 90 %: the service or the network has a fault",
  },
];

const DOWN: Band = {
  name: "down",
  sentence: "0 %: the service is down, the port is closed, or a firewall is in between",
};

/** What a connect time usually means. Each band has its least figure; `slow` begins above 200 ms. */
export function latencyBandOf(connectTimeMs: DurationMs): Band {
  if (connectTimeMs > SLOW_ABOVE_MS) return SLOW;
  return bandOf(LATENCY, connectTimeMs) ?? SLOW;
}

/** What a share of passed checks, in percent, usually means. Each band has its least figure. */
export function successBandOf(percent: number): Band {
  return bandOf(SUCCESS, percent) ?? DOWN;
}

function bandOf(bands: readonly From[], figure: number): Band | null {
  const found = bands.find(({ from }) => figure >= from);
  return found === undefined ? null : { name: found.name, sentence: found.sentence };
}
