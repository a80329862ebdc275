import type { Io } from "../../cli/command/io.ts";

export interface Heard {
  readonly out: string[];
  readonly error: string[];
}

/** An Io that keeps its output, with a clock that stands still. */
export function fakeIo(overrides: Partial<Io> = {}): Io & { readonly heard: Heard } {
  const heard: Heard = { out: [], error: [] };
  return {
    out: (line) => heard.out.push(line),
    error: (line) => heard.error.push(line),
    progress: null,
    screen: null,
    isHeard: () => true,
    colours: false,
    ask: null,
    readStdin: async () => "",
    now: () => Date.UTC(2026, 0, 2, 3, 4, 5),
    cwd: "/nowhere",
    env: {},
    untilStopped: async () => undefined,
    user: () => "sre",
    ...overrides,
    heard,
  };
}
