import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { DiskWatch } from "../disk/disk-report.ts";
import { readIfThere, throwUnlessThere } from "../disk/if-there.ts";
import { makeFolder } from "../disk/make-folder.ts";
import { SoonAgain } from "../disk/soon-again.ts";
import type { EventEnvelope } from "./put-events.ts";

/** An event is a duplicate only if it is among this many last events. */
const REMEMBERED = 1_000;

/** Events that wait for a disk that fails; the oldest are dropped when there are more. */
const MOST_WAITING = 10_000;

/**
 * A file of events, one line each. An event is written once: if a process is killed after it delivers
 * an event and before it stores that, the event comes again, with the same `detail.id`. Events that
 * can't be written wait in the memory and are soon tried again, and `disk` is told.
 */
export class EventFile {
  readonly #path: string;
  readonly #disk: DiskWatch;
  #ids: Set<string> | null = null;
  #waiting: EventEnvelope[] = [];
  #last: Promise<void> = Promise.resolve();
  readonly #again = new SoonAgain(() => this.retry());

  constructor(path: string, disk: DiskWatch) {
    this.#path = path;
    this.#disk = disk;
  }

  /** Resolves when the event is in the file, or waits for the disk. Events are written in the order of the calls. */
  append(event: EventEnvelope): Promise<void> {
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.shift();
    return this.retry();
  }

  /** Writes what waits. */
  retry(): Promise<void> {
    this.#last = this.#last.then(() => this.#flush());
    return this.#last;
  }

  async #flush(): Promise<void> {
    const what = `The events file ${this.#path}`;
    const events = this.#waiting;
    this.#waiting = [];
    try {
      if (events.length > 0) await this.#write(events);
      this.#disk.worked(what);
    } catch (error) {
      this.#waiting = [...events, ...this.#waiting].slice(-MOST_WAITING);
      this.#disk.failed(what, error);
      this.#again.ask();
    }
  }

  async #write(events: readonly EventEnvelope[]): Promise<void> {
    const folder = dirname(this.#path);
    if (this.#ids === null) makeFolder(folder);
    else await mkdir(folder, { mode: 0o700 }).catch(throwUnlessThere);
    this.#ids ??= await readIds(this.#path);
    const ids = new Set(this.#ids);
    const lines: string[] = [];
    for (const event of events) {
      const { id } = event.detail;
      if (typeof id === "string" && ids.has(id)) continue;
      lines.push(`${JSON.stringify(event)}\n`);
      if (typeof id === "string") ids.add(id);
    }
    if (lines.length > 0) await appendLines(this.#path, lines.join(""));
    this.#ids = ids;
  }
}

async function readIds(path: string): Promise<Set<string>> {
  const lines = (await readIfThere(path)).split("\n").slice(-REMEMBERED);
  return new Set(lines.flatMap(idOf));
}

// The last line may be incomplete.
function idOf(line: string): string[] {
  try {
    const { detail }: EventEnvelope = JSON.parse(line);
    return typeof detail.id === "string" ? [detail.id] : [];
  } catch {
    return [];
  }
}

/**
 * Appends lines; it first ends the incomplete line that a killed process may have left. If the disk
 * has no room for all of them, the file is as it was.
 */
async function appendLines(path: string, lines: string): Promise<void> {
  const file = await open(path, "a+", 0o600);
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const isTorn = size > 0 && buffer.toString() !== "\n";
    await file.appendFile(`${isTorn ? "\n" : ""}${lines}`).catch(async (error: unknown) => {
      await file.truncate(size);
      throw error;
    });
  } finally {
    await file.close();
  }
}
