import { write } from "node:fs";

/** How important a line is when the reader can't keep up. */
export type Importance = "must" | "may";

/** Writes lines to a descriptor without ever blocking this thread. */
export interface LineWriter {
  write(line: string, importance: Importance): void;
  /** Lines that were dropped because the reader was too slow. */
  readonly droppedCount: number;
  /** Resolves when all is written, or the reader is gone. */
  drained(): Promise<void>;
}

/** What waits for a slow reader at most; beyond it, what may be dropped is. */
export const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 20;

/** Writes some bytes: `null` when it has to be tried again later. Node's `fs.write`, or a fake. */
export type WriteBytes = (
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** `process.stdout` on a pipe blocks the whole process while its reader sleeps; this does not. */
export function writeToDescriptor(fd: number): WriteBytes {
  return (bytes, done) => write(fd, bytes, 0, bytes.length, null, done);
}

/** A queue of lines before a descriptor. `onGone` is called once, when nobody reads any more. */
export function createLineWriter(writeBytes: WriteBytes, onGone: () => void): LineWriter {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let busy = false;
  let gone = false;
  let droppedCount = 0;
  let onDrained: (() => void)[] = [];

  const settle = (): void => {
    busy = false;
    for (const resolve of onDrained) resolve();
    onDrained = [];
  };
  const leave = (): void => {
    gone = true;
    waiting = [];
    settle();
    onGone();
  };
  const send = (bytes: Buffer): void => {
    writeBytes(bytes, (error, written) => {
      if (error?.code === "EAGAIN") {
        setTimeout(() => send(bytes), RETRY_MS);
        return;
      }
      if (error !== null) {
        leave();
        return;
      }
      waitingBytes -= written;
      if (written < bytes.length) send(bytes.subarray(written));
      else next();
    });
  };
  const next = (): void => {
    if (waiting.length === 0) {
      settle();
      return;
    }
    busy = true;
    const bytes = Buffer.concat(waiting);
    waiting = [];
    send(bytes);
  };
  return {
    get droppedCount() {
      return droppedCount;
    },
    write: (line, importance) => {
      if (gone) return;
      if (importance === "may" && waitingBytes > MAX_WAITING_BYTES) {
        droppedCount += 1;
        return;
      }
      const bytes = Buffer.from(`${line}\n`);
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (!busy) next();
    },
    drained: () =>
      gone || !busy ? Promise.resolve() : new Promise((resolve) => onDrained.push(resolve)),
  };
}
