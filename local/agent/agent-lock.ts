import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type DurationMs, SECOND_MS } from "../../shared/units.ts";
import { FolderLock, lockFileOf } from "../aws/folder-lock.ts";
import { isLocked } from "../aws/level-store.ts";

/** Who asks whether an agent runs has the lock for some milliseconds. */
const ASKED_MS: DurationMs = SECOND_MS / 4;

/** Another agent works on the folder; the message is a full sentence. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/** Takes a folder for this process; the lock of a process that was killed is gone with it. */
export async function lockFolder(dir: string): Promise<FolderLock> {
  try {
    return await takeLock(dir).catch(async (error) => {
      if (!isLocked(error)) throw error;
      await delay(ASKED_MS);
      return await takeLock(dir);
    });
  } catch (error) {
    if (!isLocked(error)) throw error;
    const advice = "each agent needs a folder of its own, --data DIR";
    throw new FolderInUseError(`Another agent works on ${dir}: ${advice}.`, { cause: error });
  }
}

/** Whether an agent has the folder now; true as well if its lock can't be asked, e.g. for lack of rights. */
export async function isFolderInUse(dir: string): Promise<boolean> {
  if (lockFileOf(lockDirOf(dir)) === null) return false;
  try {
    await (await takeLock(dir)).release();
    return false;
  } catch {
    return true;
  }
}

function takeLock(dir: string): Promise<FolderLock> {
  return FolderLock.take(lockDirOf(dir));
}

function lockDirOf(dir: string): string {
  return join(dir, "lock");
}
