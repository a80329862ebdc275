import { parentPort } from "node:worker_threads";
import { type Cell, runCell } from "./cells.ts";

// Runs one cell for each message, and answers with its tally.

parentPort?.on("message", (cell: Cell) => parentPort?.postMessage(runCell(cell)));
