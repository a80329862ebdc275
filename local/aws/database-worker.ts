import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { diskReason } from "../events/disk-report.ts";
import { LOCK_FOLDER } from "./data-dir.ts";
import type { DatabaseMessage, DatabaseRequest } from "./database-thread.ts";
import { openDynalite } from "./dynalite-store.ts";
import { FolderLock } from "./folder-lock.ts";
import { LOOK_EVERY_MS } from "./kept-level.ts";
import { isLocked } from "./level-store.ts";

const { dir }: { dir: string } = workerData;

function say(message: DatabaseMessage): void {
  parentPort?.postMessage(message);
}

async function serve(): Promise<void> {
  const lock = await FolderLock.take(join(dir, LOCK_FOLDER));
  const store = openDynalite(join(dir, "database"));
  await store.level.start({
    onUnkept: (reason) => say({ kind: "unkept", reason }),
    onKept: (droppedCount) => say({ kind: "kept", droppedCount }),
    relock: () => lock.renew(),
  });
  let looking = setTimeout(look, LOOK_EVERY_MS);
  async function look(): Promise<void> {
    await store.level.look(performance.now());
    looking = setTimeout(look, LOOK_EVERY_MS);
  }
  const close = async (): Promise<void> => {
    clearTimeout(looking);
    await store.close();
    await lock.release();
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
  say(isLocked(error) ? { kind: "locked" } : { kind: "failed", reason: diskReason(error) });
}
