import { deserialize, serialize } from "node:v8";
import type { ChunkItem, PutChunkItem } from "../../functions/adapters/dynamodb/dynamodb.ts";
import type { Clock } from "../../functions/probe/probe.ts";
import { DAY_MS, type DurationMs, type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { AgentFiles } from "./agent-files.ts";

const MOST_BYTES = 1_024 ** 3;
const LONGEST_MS: DurationMs = 7 * DAY_MS;

/** A pause after each delivery of what waited, so that checks have their turn. */
const BREATH_MS: DurationMs = 5;

/** What a spool works with. */
export interface SpoolSetup {
  readonly files: AgentFiles;
  readonly clock: Pick<Clock, "now" | "sleep">;
  /** Puts an item where it belongs, now. */
  readonly send: PutChunkItem;
  /** Whether items of a term have to wait until AWS knows of the term. */
  readonly isHeld: (shard: number, termFromMs: EpochMs) => boolean;
  /** Whether AWS is known to be away: then what is kept waits for its turn. */
  readonly isAway: () => boolean;
  readonly sendFailed: (error: unknown) => void;
  readonly mostBytes?: number;
}

/** A file of the spool, by its name. */
interface Waiting {
  readonly name: string;
  readonly shard: number;
  readonly termFromMs: EpochMs;
  readonly bytes: number;
}

/** Why items were dropped without delivery, and how many in all. */
export interface SpoolCounts {
  readonly waiting: number;
  readonly bytes: number;
  /** There was no room for them any more, or they were too old. */
  readonly droppedOld: number;
  /** Another agent had claimed their term. */
  readonly droppedLost: number;
  /** They could not be read, or AWS refuses them for what they are. */
  readonly droppedOdd: number;
}

/**
 * Results on their way: each item is a file until it is delivered, so that neither a kill nor days
 * without AWS lose it. What is delivered twice counts once, because its key says which it is.
 */
export class Spool {
  readonly #setup: SpoolSetup;
  #waiting: Waiting[] = [];
  #bytes = 0;
  readonly #dropped = { old: 0, lost: 0, odd: 0 };
  #draining: Promise<number> | null = null;

  private constructor(setup: SpoolSetup) {
    this.#setup = setup;
  }

  /** Finds what an earlier process has left. */
  static async open(setup: SpoolSetup): Promise<Spool> {
    const spool = new Spool(setup);
    for (const name of await setup.files.list()) {
      const place = placeOf(name);
      const bytes = place === null ? null : await setup.files.read(name);
      if (place !== null && bytes !== null) spool.#note({ name, ...place, bytes: bytes.length });
    }
    spool.#waiting.sort((a, b) => a.termFromMs - b.termFromMs || order(a.name, b.name));
    return spool;
  }

  get counts(): SpoolCounts {
    const { old, lost, odd } = this.#dropped;
    const waiting = this.#waiting.length;
    return { waiting, bytes: this.#bytes, droppedOld: old, droppedLost: lost, droppedOdd: odd };
  }

  /** Keeps an item, and delivers it if it may be delivered now. Rejects only if it is neither kept nor delivered. */
  readonly put: PutChunkItem = async (item) => {
    const { files, send, isHeld, isAway, sendFailed } = this.#setup;
    const { shard, termFromMs } = item;
    const name = nameOf(item);
    const bytes = serialize(item.item);
    const isKept = await files.write(name, bytes).then(
      () => true,
      () => false,
    );
    const waiting = { name, shard, termFromMs, bytes: bytes.length };
    if (isKept) this.#note(waiting);
    if (isKept) await this.#makeRoom();
    if (isKept && isAway()) return;
    if (isHeld(shard, termFromMs)) return failUnless(isKept, "The disk keeps nothing");
    try {
      await send(item);
      if (isKept) await this.#forget(waiting);
    } catch (error) {
      sendFailed(error);
      failUnless(isKept, "It is neither stored nor kept", error);
    }
  };

  /** Forgets the items of terms that count for nothing. */
  async drop(shard: number, terms: ReadonlySet<EpochMs>): Promise<void> {
    for (const one of this.#waiting.filter(
      (one) => one.shard === shard && terms.has(one.termFromMs),
    )) {
      this.#dropped.lost++;
      await this.#forget(one);
    }
  }

  /** Delivers what waits, the oldest first, up to the first that fails; says how many. Nothing if that is under way. */
  async drain(): Promise<number> {
    if (this.#draining !== null) return 0;
    this.#draining = this.#drain().finally(() => {
      this.#draining = null;
    });
    return await this.#draining;
  }

  async #drain(): Promise<number> {
    const { clock, isHeld } = this.#setup;
    await this.#makeRoom();
    let delivered = 0;
    for (const one of [...this.#waiting]) {
      if (isHeld(one.shard, one.termFromMs) || !this.#waiting.includes(one)) continue;
      if (!(await this.#deliver(one))) return delivered;
      delivered++;
      await clock.sleep(BREATH_MS);
    }
    return delivered;
  }

  async #deliver(one: Waiting): Promise<boolean> {
    const { files, send, sendFailed } = this.#setup;
    const { shard, termFromMs } = one;
    const bytes = await files.read(one.name);
    // Delivered meanwhile, when it was put.
    if (!this.#waiting.includes(one)) return true;
    const item = itemIn(bytes);
    try {
      if (item === null) this.#dropped.odd++;
      else await send({ shard, termFromMs, name: one.name, item });
    } catch (error) {
      if ((error as Error).name !== "ValidationException") {
        sendFailed(error);
        return false;
      }
      this.#dropped.odd++;
    }
    await this.#forget(one);
    return true;
  }

  async #makeRoom(): Promise<void> {
    const { clock, mostBytes = MOST_BYTES } = this.#setup;
    for (let one = this.#waiting[0]; one !== undefined; one = this.#waiting[0]) {
      if (this.#bytes <= mostBytes && clock.now() - one.termFromMs <= LONGEST_MS) return;
      this.#dropped.old++;
      await this.#forget(one);
    }
  }

  #note(one: Waiting): void {
    this.#waiting.push(one);
    this.#bytes += one.bytes;
  }

  async #forget(one: Waiting): Promise<void> {
    const at = this.#waiting.indexOf(one);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    this.#bytes -= one.bytes;
    await this.#setup.files.remove(one.name).catch(() => undefined);
  }
}

/** `<seconds>-<milliseconds>-<shard>-<part>.item` */
function nameOf({ shard, termFromMs, name }: ChunkItem): string {
  return `${Math.floor(termFromMs / SECOND_MS)}-${termFromMs % SECOND_MS}-${shard}-${name}.item`;
}

function placeOf(name: string): Pick<Waiting, "shard" | "termFromMs"> | null {
  const match = /^(\d+)-(\d+)-(\d+)-[\d.]+\.item$/.exec(name);
  if (match === null) return null;
  return { shard: Number(match[3]), termFromMs: Number(match[1]) * SECOND_MS + Number(match[2]) };
}

/** By their numbers, so that part 10 comes after part 9. */
function order(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function itemIn(bytes: Buffer | null): ChunkItem["item"] | null {
  try {
    return bytes === null ? null : deserialize(bytes);
  } catch {
    return null;
  }
}

function failUnless(isKept: boolean, message: string, cause?: unknown): void {
  if (!isKept) throw new Error(message, { cause });
}
