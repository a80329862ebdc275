import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { DatabaseMessage, DatabaseRequest } from "./database-thread.ts";
import { openDynalite } from "./dynalite-store.ts";
import { closeIteratorsWithTheirStreams, isLocked, takeLock } from "./level-store.ts";

const { dir }: { dir: string } = workerData;

function say(message: DatabaseMessage): void {
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  const unlock = await takeLock(join(dir, "lock"));
  closeIteratorsWithTheirStreams();
  const store = openDynalite(join(dir, "database"));
  const close = async (): Promise<void> => {
    await store.close();
    await unlock();
    parentPort?.close();
  };
  parentPort?.on("message", (request: DatabaseRequest) => {
    if (request.kind === "close") void close();
    else {
      const { id, target, body } = request;
      void store.run(target, body).then((answer) => say({ kind: "answered", id, answer }));
    }
  });
  say({ kind: "ready" });
}

try {
  await serve();
} catch (error) {
  if (!isLocked(error)) throw error;
  say({ kind: "locked" });
}
