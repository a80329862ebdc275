import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { EventEnvelope } from "../aws/put-events.ts";

/** How many of the last events are looked through for one that comes again. */
const REMEMBERED = 1_000;

/**
 * A file of events, a line each. An event that comes again, because a kill fell between its
 * delivery and the note of it, is not written again: its `detail.id` is the same after any replay.
 */
export class EventFile {
  readonly #path: string;
  #ids: Set<string> | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when the event is in the file. Events are written in the order of the calls. */
  append(event: EventEnvelope): Promise<void> {
    const write = () => this.#write(event);
    this.#last = this.#last.then(write, write);
    return this.#last;
  }

  async #write(event: EventEnvelope): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    this.#ids ??= await readIds(this.#path);
    const { id } = event.detail;
    if (typeof id === "string" && this.#ids.has(id)) return;
    await appendLine(this.#path, JSON.stringify(event));
    if (typeof id === "string") this.#ids.add(id);
  }
}

async function readIds(path: string): Promise<Set<string>> {
  const lines = (await readIfThere(path)).split("\n").slice(-REMEMBERED);
  return new Set(lines.flatMap(idOf));
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

// The last line may be half a one.
function idOf(line: string): string[] {
  try {
    const { detail }: EventEnvelope = JSON.parse(line);
    return typeof detail.id === "string" ? [detail.id] : [];
  } catch {
    return [];
  }
}

/** Appends a line, after ending the half of one that a kill may have left. */
async function appendLine(path: string, line: string): Promise<void> {
  const file = await open(path, "a+");
  try {
    const { size } = await file.stat();
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    const isTorn = size > 0 && buffer.toString() !== "\n";
    await file.appendFile(`${isTorn ? "\n" : ""}${line}\n`);
  } finally {
    await file.close();
  }
}
