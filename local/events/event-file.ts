import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { EventEnvelope } from "./put-events.ts";

/** An event is a duplicate only if it is among this many last events. */
const REMEMBERED = 1_000;

/**
 * A file of events, one line each. An event is written once: if a process is killed after it delivers
 * an event and before it stores that, the event comes again, with the same `detail.id`.
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

// The last line may be incomplete.
function idOf(line: string): string[] {
  try {
    const { detail }: EventEnvelope = JSON.parse(line);
    return typeof detail.id === "string" ? [detail.id] : [];
  } catch {
    return [];
  }
}

/** Appends a line; it first ends the incomplete line that a killed process may have left. */
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
