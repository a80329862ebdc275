import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { readTaskFile } from "../../shared/task-file/task-file.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, SECOND_MS } from "../../shared/units.ts";

/** A port for each target of the demo. */
export interface DemoPorts {
  readonly fine: number;
  readonly refused: number;
  readonly flapping: number;
  readonly greeting: number;
}

/** What the demo's thread says once, when its ports are open. */
export interface DemoStarted {
  readonly ports: DemoPorts;
}

/** The example tasks, and the servers that they watch. */
export interface Demo {
  /** The tasks file of the example, with the actual ports of the servers. */
  readonly tasksText: string;
  /** One sentence for each port that differs from the file. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

const EXAMPLE_FILE = new URL("./example/tasks.toml", import.meta.url);

/** The ports of the example: below the ephemeral range, and not well known. */
const EXAMPLE_PORTS = { fine: 24781, refused: 24782, flapping: 24783, greeting: 24784 } as const;

/** The names of the example's tasks. */
export function exampleNames(): string[] {
  const { tasks } = readTaskFile(EXAMPLE_FILE.pathname, readFileSync(EXAMPLE_FILE, "utf8"));
  return tasks.map(({ name }) => name);
}

/** Opens the demo's ports in a thread of its own, so that no check is delayed by other work. */
export async function startDemo(): Promise<Demo> {
  const worker = new Worker(new URL("./demo-worker.ts", import.meta.url), {
    workerData: EXAMPLE_PORTS,
    env: {},
    execArgv: [],
  });
  const { ports } = await new Promise<DemoStarted>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", resolve);
  });
  return {
    ...fillPorts(readFileSync(EXAMPLE_FILE, "utf8"), ports),
    close: async () => {
      await worker.terminate();
    },
  };
}

/** Replaces the ports of the example by the actual ones. */
function fillPorts(text: string, ports: DemoStarted["ports"]): Pick<Demo, "tasksText" | "notes"> {
  let tasksText = text;
  const notes: string[] = [];
  for (const target of ["fine", "refused", "flapping", "greeting"] as const) {
    const wanted = EXAMPLE_PORTS[target];
    const actual = ports[target];
    if (actual === wanted) continue;
    tasksText = tasksText.replace(`127.0.0.1:${wanted}`, `127.0.0.1:${actual}`);
    notes.push(`Port ${wanted} may be taken: the example uses ${actual} instead.`);
  }
  return { tasksText, notes };
}

/** Far enough from the edges of the minute that one window is bad and the next one good. */
const DOWN_FROM_MS: DurationMs = 10 * SECOND_MS;
const DOWN_FOR_MS: DurationMs = 40 * SECOND_MS;
const EVERY_MS: DurationMs = 4 * MINUTE_MS;

/** When the flapping target is down next: in the first whole minute, then in every fourth minute. */
export function nextDownTime(
  startedAtMs: EpochMs,
  nowMs: EpochMs,
): { readonly downAtMs: EpochMs; readonly upAtMs: EpochMs } {
  const firstMs = Math.ceil(startedAtMs / MINUTE_MS) * MINUTE_MS + DOWN_FROM_MS;
  const rounds = Math.ceil((nowMs - firstMs) / EVERY_MS);
  const downAtMs = firstMs + rounds * EVERY_MS;
  return { downAtMs, upAtMs: downAtMs + DOWN_FOR_MS };
}
