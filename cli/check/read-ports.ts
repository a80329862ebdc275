import type { Call } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { textOption } from "../command/read-option.ts";

const MOST_PORTS = 1_024;
const HIGHEST_PORT = 65_535;

/** The ports of `--ports`, each once and in the order in which they were typed; null if it was not given. */
export function readPorts(call: Call): readonly number[] | null {
  const list = textOption(call, "ports");
  if (list === null) return null;
  const ports = new Set<number>();
  for (const part of list.split(",")) {
    const [first, last] = readRange(part.trim());
    for (let port = first; port <= last && ports.size <= MOST_PORTS; port++) ports.add(port);
  }
  if (ports.size <= MOST_PORTS) return [...ports];
  throw new UsageError(`--ports must be at most ${MOST_PORTS} ports.`);
}

function readRange(part: string): readonly [number, number] {
  const [, from, to = from] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
  if (from === undefined) {
    throw new UsageError(`--ports must be ports and ranges, as in 22,80,8000-8010, has "${part}".`);
  }
  const range = [Number(from), Number(to)] as const;
  if (range.some((port) => port < 1 || port > HIGHEST_PORT)) {
    throw new UsageError(`--ports must be from 1 to ${HIGHEST_PORT}, has "${part}".`);
  }
  if (range[0] <= range[1]) return range;
  throw new UsageError(`--ports has "${part}", which ends before it begins.`);
}
