import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { diskReason } from "../disk/disk-report.ts";
import { LOCK_FOLDER } from "./data-dir.ts";
import type { DatabaseMessage, DatabaseRequest } from "./database-thread.ts";
import { type DynaliteStore, openDynalite } from "./dynalite-store.ts";
import { FolderLock } from "./folder-lock.ts";
import { type KeptLevel, LOOK_EVERY_MS } from "./kept-level.ts";
import { isLocked } from "./level-store.ts";

const { dir }: { dir: string } = workerData;

let isEnding = false;

/** A store that is closing fails requests and seems to lack entries, so what it says then is not told. */
function say(message: DatabaseMessage): void {
  if (!isEnding || message.kind === "kept") parentPort?.postMessage(message);
}

interface Opened {
  readonly lock: FolderLock;
  readonly store: DynaliteStore;
}

async function open(): Promise<Opened> {
  const lock = await FolderLock.take(join(dir, LOCK_FOLDER));
  const store = openDynalite(join(dir, "database"));
  try {
    await store.level.start({
      onUnkept: (reason) => say({ kind: "unkept", reason }),
      onKept: (droppedCount) => say({ kind: "kept", droppedCount }),
      relock: () => lock.renew(),
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
  return { lock, store };
}

/** Looks after the disk until the returned function is called; that resolves when no look is under way. */
function lookAgainAndAgain(level: KeptLevel): () => Promise<void> {
  let looking = Promise.resolve();
  let timer = setTimeout(look, LOOK_EVERY_MS);
  function look(): void {
    looking = level.look(performance.now()).then(() => {
      if (!isEnding) timer = setTimeout(look, LOOK_EVERY_MS);
    });
  }
  return async () => {
    clearTimeout(timer);
    await Promise.allSettled([looking]);
  };
}

function serve({ lock, store }: Opened): void {
  const stopLooking = lookAgainAndAgain(store.level);
  /** Nothing may be under way in LevelDB when the thread ends. */
  async function end(code: number): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    try {
      await stopLooking();
      await store.close();
      await lock.release();
    } finally {
      process.exit(code);
    }
  }
  process.on("uncaughtException", (error) => {
    say({ kind: "ending", reason: String(error) });
    void end(1);
  });
  parentPort?.on("message", (request: DatabaseRequest) => {
    if (isEnding) return;
    if (request.kind === "close") void end(0);
    else if (request.kind === "fail") throw new Error("it was told to fail");
    else {
      const { id, target, body } = request;
      void store.run(target, body).then((answer) => say({ kind: "answered", id, answer }));
    }
  });
  say({ kind: "ready" });
}

try {
  serve(await open());
} catch (error) {
  say(isLocked(error) ? { kind: "locked" } : { kind: "failed", reason: diskReason(error) });
}
