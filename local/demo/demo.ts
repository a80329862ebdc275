import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { DemoStarted } from "./demo-worker.ts";

/** The example and the servers that it watches. */
export interface Demo {
  /** The example's text, with the ports that the servers really have. */
  readonly tasksText: string;
  /** One sentence for each port that had to be another one. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

const EXAMPLE_FILE = new URL("./example/tasks.toml", import.meta.url);

/** The example's ports: below those that systems hand out by themselves, and nobody's well-known ones. */
const EXAMPLE_PORTS = { fine: 24781, refused: 24782, flapping: 24783 } as const;

/** Opens the demo's ports in a thread of their own, so that no check waits for another's work. */
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

/** The example's text with other ports in place of its own. */
function fillPorts(text: string, ports: DemoStarted["ports"]): Pick<Demo, "tasksText" | "notes"> {
  let tasksText = text;
  const notes: string[] = [];
  for (const target of ["fine", "refused", "flapping"] as const) {
    const wanted = EXAMPLE_PORTS[target];
    const actual = ports[target];
    if (actual === wanted) continue;
    tasksText = tasksText.replace(`127.0.0.1:${wanted}`, `127.0.0.1:${actual}`);
    notes.push(`Port ${wanted} may be taken: the example uses ${actual} instead.`);
  }
  return { tasksText, notes };
}
