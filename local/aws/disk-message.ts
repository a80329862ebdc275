import type { DiskWatch } from "../disk/disk-report.ts";

/** What the database's thread says of its disk. */
export type DiskMessage =
  /** The disk fails, and everything is in the memory of the thread. */
  | { readonly kind: "unkept"; readonly reason: string }
  /** The disk has everything again, but for what was dropped. */
  | { readonly kind: "kept"; readonly droppedCount: number };

/** Who is told of the disk, and which folder it is about. */
export interface DiskTold {
  readonly dir: string;
  readonly disk: DiskWatch;
  readonly warn: (sentence: string) => void;
}

/** Tells what the thread says of its disk. */
export function tellOfDisk(message: DiskMessage, { dir, disk, warn }: DiskTold): void {
  const what = `The data in ${dir}`;
  if (message.kind === "unkept") {
    disk.failed(what, message.reason);
    return;
  }
  disk.worked(what);
  const { droppedCount } = message;
  if (droppedCount > 0) warn(`${what} lacks ${droppedCount} old entries: the memory was full.`);
}
