import { statSync } from "node:fs";
import { join } from "node:path";
import { takeLock } from "./level-store.ts";

/** Which file on the disk is the lock of the LevelDB store in `path`; null if there is none. */
export function lockFileOf(path: string): string | null {
  const file = statSync(join(path, "LOCK"), { bigint: true, throwIfNoEntry: false });
  return file === undefined ? null : `${file.dev}:${file.ino}`;
}

/** The lock by which one process has the data, and no other. */
export class FolderLock {
  readonly #path: string;
  #file: string | null = null;
  #release = async (): Promise<void> => undefined;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Throws an error for which `isLocked` is true if another process has the lock in `path`. */
  static async take(path: string): Promise<FolderLock> {
    const lock = new FolderLock(path);
    await lock.renew();
    return lock;
  }

  /** Takes the lock again if its folder was removed: another process could have it since then. */
  async renew(): Promise<void> {
    if (this.#file !== null && this.#file === lockFileOf(this.#path)) return;
    await this.release();
    this.#release = await takeLock(this.#path);
    this.#file = lockFileOf(this.#path);
  }

  async release(): Promise<void> {
    const release = this.#release;
    this.#release = async () => undefined;
    this.#file = null;
    await release();
  }
}
