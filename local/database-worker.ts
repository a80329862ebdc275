import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";
import { assertUnlocked, closeIteratorsWithTheirStreams, isLocked } from "./level-store.ts";

/** What the database's thread says to the one that started it. */
export type DatabaseMessage =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "locked" }
  | { readonly kind: "closed" };

const { path }: { path: string } = workerData;

function say(message: DatabaseMessage): void {
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  closeIteratorsWithTheirStreams();
  await assertUnlocked(path);
  const server = dynalite({ path, createTableMs: 0 });
  parentPort?.once("message", () => {
    server.close(() => {
      say({ kind: "closed" });
      parentPort?.close();
    });
    server.closeAllConnections();
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    say({ kind: "listening", port });
  });
}

try {
  await serve();
} catch (error) {
  if (!isLocked(error)) throw error;
  say({ kind: "locked" });
}
