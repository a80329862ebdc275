import { Worker } from "node:worker_threads";
import { type Cell, cellKey } from "./cells.ts";
import { addTallies, NOTHING, type Tally } from "./score.ts";

/** Tallies by the keys of their cells. */
export type Tallies = ReadonlyMap<string, Tally>;

/** How often progress is said, in milliseconds. */
const PROGRESS_EVERY_MS = 5_000;

/** Runs cells on some threads; says on standard error how far it is. */
export async function runCells(cells: readonly Cell[], workerCount: number): Promise<Tallies> {
  const tallies = new Map<string, Tally>();
  const waiting = cells.values();
  let doneCount = 0;
  const startedAt = performance.now();
  const say = () => {
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
    process.stderr.write(`${doneCount} of ${cells.length} jobs after ${seconds} s\n`);
  };
  const progress = setInterval(say, PROGRESS_EVERY_MS);
  const work = async () => {
    const worker = new Worker(new URL("./cell-worker.ts", import.meta.url));
    try {
      for (const cell of waiting) {
        const key = cellKey(cell.world, cell.contestant, cell.setting);
        const tally = await runIn(worker, cell);
        tallies.set(key, addTallies(tallies.get(key) ?? NOTHING, tally));
        doneCount++;
      }
    } finally {
      await worker.terminate();
    }
  };
  try {
    await Promise.all(Array.from({ length: workerCount }, work));
  } finally {
    clearInterval(progress);
  }
  say();
  return tallies;
}

function runIn(worker: Worker, cell: Cell): Promise<Tally> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (tally: Tally) => {
      worker.off("error", reject);
      resolve(tally);
    });
    worker.postMessage(cell);
  });
}
