import { write } from "node:fs";

/** Whether a line must be written or may be dropped if the reader is too slow. */
export type Importance = "must" | "may";

/** Writes lines to a file descriptor and never blocks this thread. */
export interface LineWriter {
  write(line: string, importance: Importance): void;
  /** How many lines were dropped because the reader is too slow, or because they could not be written. */
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

/** The errors of a descriptor that has no reader any more. */
const GONE = ["EPIPE", "ECONNRESET"];

/** What a line writer tells of its descriptor. */
export interface LineWriterEvents {
  /** Called once, when the reader has closed it. */
  readonly onGone: () => void;
  /** Lines were dropped, since it is a file on a full disk or a terminal that was closed. */
  readonly onFailed: (error: Error) => void;
  readonly onWorked: () => void;
}

const LINE_END = Buffer.from("\n");

/** A line end at the beginning is that of a line which was dropped before. */
function countLines(bytes: Buffer): number {
  return bytes.toString("latin1").replace(/^\n/, "").split("\n").length - 1;
}

/** A queue of lines for a file descriptor. */
export function createLineWriter(writeBytes: WriteBytes, events: LineWriterEvents): LineWriter {
  let waiting: Buffer[] = [];
  let isTorn = false;
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
    events.onGone();
  };
  const drop = (bytes: Buffer, error: Error): void => {
    waitingBytes -= bytes.length;
    droppedCount += countLines(bytes);
    isTorn = true;
    events.onFailed(error);
    next();
  };
  const send = (bytes: Buffer): void => {
    writeBytes(bytes, (error, written) => {
      if (error?.code === "EAGAIN") {
        setTimeout(() => send(bytes), RETRY_MS);
        return;
      }
      if (error !== null) {
        if (GONE.includes(error.code ?? "")) leave();
        else drop(bytes, error);
        return;
      }
      waitingBytes -= written;
      if (written < bytes.length) {
        send(bytes.subarray(written));
        return;
      }
      isTorn = false;
      events.onWorked();
      next();
    });
  };
  const next = (): void => {
    if (waiting.length === 0) {
      settle();
      return;
    }
    busy = true;
    // A part of the last line may be written.
    if (isTorn) {
      waiting.unshift(LINE_END);
      waitingBytes += LINE_END.length;
    }
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
