import { mkdir, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isFields } from "../../../shared/input/input.ts";
import type { DiskWatch } from "../../disk/disk-report.ts";
import { readIfThere, throwUnlessThere } from "../../disk/if-there.ts";
import { SoonAgain } from "../../disk/soon-again.ts";
import type { Waiting } from "../message/service.ts";
import { type Storm, Storms } from "./storms.ts";

/** What waits, the keys of what was delivered last, and the storms that stand. */
export interface Kept {
  readonly waiting: readonly Waiting[];
  readonly done: readonly string[];
  readonly storms: readonly Storm[];
}

/** So many keys are remembered, so that an event that comes twice is told once. */
const REMEMBERED = 2_000;

/** The file is written anew when it has so many more lines than it needs. */
const MOST_SPARE_LINES = 4_000;

const WHAT = "Messages that wait";

/**
 * The file of what waits: a line when something is to be delivered, and one when it is done. Nothing
 * is lost when the process is killed between any two of them; then a message may be sent twice.
 */
export class OutboxFile {
  readonly #path: string;
  readonly #disk: DiskWatch;
  readonly #waiting = new Map<string, Waiting>();
  readonly #storms = new Storms();
  #done: string[] = [];
  #unwritten: string[] = [];
  #spareLines = 0;
  /** Not known to be whole: it is written anew at the next occasion. */
  #isStale = true;
  #last: Promise<void> = Promise.resolve();
  readonly #again = new SoonAgain(() => this.flush());

  constructor(path: string, disk: DiskWatch) {
    this.#path = path;
    this.#disk = disk;
  }

  /** Reads what a run before has left. A line that is not whole, or that nobody understands, is left out. */
  async read(): Promise<Kept> {
    for (const line of (await readIfThere(this.#path)).split("\n")) this.#takeLine(line);
    return { waiting: [...this.#waiting.values()], done: this.#done, storms: this.#storms.all() };
  }

  /** Whether an event waits for a target, or was delivered to it lately. */
  knows(key: string): boolean {
    return this.#waiting.has(key) || this.#done.includes(key);
  }

  /** Resolves when they are in the file, or wait for the disk. */
  add(added: readonly Waiting[]): Promise<void> {
    for (const one of added) {
      this.#waiting.set(one.key, one);
      this.#storms.follow(one);
      this.#unwritten.push(addLine(one));
    }
    return this.flush();
  }

  /** Says that they are delivered or given up. */
  finish(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return Promise.resolve();
    for (const key of keys) this.#waiting.delete(key);
    this.#done = [...this.#done, ...keys].slice(-REMEMBERED);
    this.#unwritten.push(JSON.stringify({ done: keys }));
    this.#spareLines += keys.length + 1;
    return this.flush();
  }

  /** Writes what the disk has not taken yet. */
  flush(): Promise<void> {
    this.#last = this.#last.then(() => this.#write());
    return this.#last;
  }

  #takeLine(line: string): void {
    const record = parseLine(line);
    if (!isFields(record)) return;
    if (Array.isArray(record.done)) {
      const keys = record.done.map(String);
      for (const key of keys) this.#waiting.delete(key);
      this.#done = [...this.#done, ...keys].slice(-REMEMBERED);
    }
    const { add: key, storm: number, target, at_ms: atMs, event } = record;
    if (typeof target !== "string" || typeof atMs !== "number") return;
    if (typeof number === "number") this.#storms.stand({ target, number, atMs });
    if (typeof key !== "string" || !isFields(event) || !isFields(event.detail)) return;
    const one = { key, target, atMs, event: event as unknown as Waiting["event"] };
    this.#waiting.set(key, one);
    this.#storms.follow(one);
  }

  async #write(): Promise<void> {
    if (this.#unwritten.length === 0) return;
    const lines = this.#unwritten;
    this.#unwritten = [];
    try {
      if (this.#isStale || this.#spareLines > MOST_SPARE_LINES) await this.#writeAnew();
      else await appendTo(this.#path, `${lines.join("\n")}\n`);
      this.#disk.worked(WHAT);
    } catch (error) {
      // The memory has all of it, and the next write is of the whole file.
      this.#unwritten = lines.slice(-1);
      this.#isStale = true;
      this.#disk.failed(WHAT, error);
      this.#again.ask();
    }
  }

  async #writeAnew(): Promise<void> {
    const lines = [
      JSON.stringify({ done: this.#done }),
      ...this.#storms.all().map(stormLine),
      ...[...this.#waiting.values()].map(addLine),
    ];
    const draft = `${this.#path}.new`;
    await mkdir(dirname(this.#path), { recursive: false, mode: 0o700 }).catch(throwUnlessThere);
    await writeWhole(draft, `${lines.join("\n")}\n`);
    await rename(draft, this.#path);
    this.#spareLines = 0;
    this.#isStale = false;
  }
}

function addLine({ key, target, atMs, event }: Waiting): string {
  return JSON.stringify({ add: key, target, at_ms: atMs, event });
}

function stormLine({ target, number, atMs }: Storm): string {
  return JSON.stringify({ storm: number, target, at_ms: atMs });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function appendTo(path: string, lines: string): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.appendFile(lines);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}
