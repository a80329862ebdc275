import { write } from "node:fs";

/** Whether a line must be written or may be dropped if the reader is too slow. */
export type Importance = "must" | "may";

/** Writes lines to a file descriptor and never blocks this thread. */
export interface LineWriter {
  write(line: string, importance: Importance): void;
  /** How many lines were dropped because the reader is too slow. */
  readonly droppedCount: number;
  /** Resolves when everything is written or the reader is gone. */
  drained(): Promise<void>;
}

/** If more than this waits for a slow reader, lines that may be dropped are dropped. */
export const MAX_WAITING_BYTES = 16 * 1024 * 1024;
const RETRY_MS = 20;

/** Writes some of the bytes and says how many, like Node's `fs.write`; EAGAIN means try again later. */
export type WriteBytes = (
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null, written: number) => void,
) => void;

/** Writes to a file descriptor without blocking. `process.stdout` on a pipe would block the process while its reader sleeps. */
export function writeToDescriptor(fd: number): WriteBytes {
  return (bytes, done) => write(fd, bytes, 0, bytes.length, null, done);
}

/** A queue of lines for a file descriptor. `onGone` is called once, when the reader has closed it. */
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
