import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";
import type { DatabaseMessage } from "./database.ts";
import { closeIteratorsWithTheirStreams, isLocked, takeLock } from "./level-store.ts";

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
