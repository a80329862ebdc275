import { FolderLock } from "../aws/folder-lock.ts";
import { isLocked } from "../aws/level-store.ts";

/** Another agent works on the folder; the message is a full sentence. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
}

/** Takes a folder for this process; the lock of a process that was killed is gone with it. */
export async function lockFolder(dir: string, lockDir: string): Promise<FolderLock> {
  try {
    return await FolderLock.take(lockDir);
  } catch (error) {
    if (!isLocked(error)) throw error;
    const advice = "each agent needs a folder of its own, --data DIR";
    throw new FolderInUseError(`Another agent works on ${dir}: ${advice}.`, { cause: error });
  }
}
