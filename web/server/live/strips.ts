import type { BoardMinute, BoardRow } from "../../../shared/board/board.ts";
import type { Interval } from "../../../shared/slot/slot.ts";
import { type DurationMs, type EpochMs, MINUTE_MS, startOfMinute } from "../../../shared/units.ts";
import type { BoardsRecord } from "../../records/records.ts";

/** What strips are made of. */
export interface StripsSetup {
  readonly lengthMs: DurationMs;
  readonly regions: readonly string[];
  readonly readBoards: (interval: Interval) => Promise<readonly BoardMinute[]>;
}

/** Results come late at most this long; what is older is not read again. */
const TAIL_MS: DurationMs = 15 * MINUTE_MS;

const LETTERS = { ok: "o", some: "s", failed: "f", none: "." } as const;
const NONE = LETTERS.none;

type Latest = BoardsRecord["latest"][string];

/** The strips of all tasks over a time that goes on: each reading adds to what is known. */
export class Strips {
  readonly #setup: StripsSetup;
  #fromMs: EpochMs = 0;
  #toMs: EpochMs = 0;
  #strips: ReadonlyMap<string, string> = new Map();
  #latest: ReadonlyMap<string, Latest> = new Map();

  constructor(setup: StripsSetup) {
    this.#setup = setup;
  }

  /** The strips as of now. */
  async read(nowMs: EpochMs): Promise<BoardsRecord> {
    const { lengthMs, regions, readBoards } = this.#setup;
    const endMs = startOfMinute(nowMs) + MINUTE_MS;
    const beginMs = endMs - lengthMs;
    const isKnown = this.#toMs > beginMs && this.#toMs <= endMs;
    const tailMs = isKnown ? Math.max(beginMs, this.#toMs - TAIL_MS) : beginMs;
    const boards = await readBoards({ fromMs: tailMs, toMs: endMs });
    const lastMs = boards.at(-1)?.startMs ?? null;
    const toMs = lastMs === null ? (isKnown ? this.#toMs : endMs - MINUTE_MS) : lastMs + MINUTE_MS;
    const fromMs = toMs - lengthMs;
    this.#strips = this.#join(boards, { fromMs, toMs, tailMs: Math.max(tailMs, fromMs) });
    this.#latest = new Map([...this.#latest, ...boards.flatMap((one) => latestIn(one, regions))]);
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    const strips = Object.fromEntries(this.#strips);
    const latest = Object.fromEntries([...this.#latest].filter(([name]) => this.#strips.has(name)));
    return { fromMs, toMs, strips, latest, regions };
  }

  /** What is known before the tail, and the tail as it is read now. */
  #join(
    boards: readonly BoardMinute[],
    { fromMs, toMs, tailMs }: Interval & { readonly tailMs: EpochMs },
  ): Map<string, string> {
    const byStart = new Map(boards.map((board) => [board.startMs, board.rows]));
    const starts = minutesIn(tailMs, toMs);
    const names = new Set([
      ...this.#strips.keys(),
      ...boards.flatMap(({ rows }) => [...rows.keys()]),
    ]);
    const joined = new Map<string, string>();
    for (const name of names) {
      const tail = starts.map((startMs) => letterOf(byStart.get(startMs)?.get(name))).join("");
      const strip = `${this.#known(name, fromMs, tailMs)}${tail}`;
      if (/[^.]/.test(strip)) joined.set(name, strip);
    }
    return joined;
  }

  #known(name: string, fromMs: EpochMs, toMs: EpochMs): string {
    const held = this.#strips.get(name) ?? "";
    const at = (ms: EpochMs) => Math.max(0, (ms - this.#fromMs) / MINUTE_MS);
    const length = (toMs - fromMs) / MINUTE_MS;
    return held.slice(at(fromMs), at(toMs)).padStart(length, NONE);
  }
}

function minutesIn(fromMs: EpochMs, toMs: EpochMs): EpochMs[] {
  const count = Math.max(0, (toMs - fromMs) / MINUTE_MS);
  return Array.from({ length: count }, (_, i) => fromMs + i * MINUTE_MS);
}

function letterOf(row: BoardRow | undefined): string {
  if (row === undefined || row.sampleCount === 0) return NONE;
  if (row.failedCount === 0) return LETTERS.ok;
  return row.failedCount === row.sampleCount ? LETTERS.failed : LETTERS.some;
}

function latestIn({ startMs, rows }: BoardMinute, regions: readonly string[]): [string, Latest][] {
  return [...rows].map(([name, row]) => [
    name,
    {
      atMs: startMs,
      avgMs: row.avgConnectTimeMs,
      p95Ms: row.p95ConnectTimeMs,
      regions: regions.map((region) => LETTERS[row.regions[region] ?? "none"]).join(""),
    },
  ]);
}
