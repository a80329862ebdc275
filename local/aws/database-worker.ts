import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";
import { closeIteratorsWithTheirStreams, isLocked, takeLock } from "./level-store.ts";

/** What the database's thread says to the one that started it. */
export type DatabaseMessage =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "locked" };

const { dir }: { dir: string } = workerData;

function say(message: DatabaseMessage): void {
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  const unlock = await takeLock(join(dir, "lock"));
  closeIteratorsWithTheirStreams();
  const server = dynalite({ path: join(dir, "database"), createTableMs: 0 });
  parentPort?.once("message", () => {
    server.close(() => void unlock().then(() => parentPort?.close()));
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
