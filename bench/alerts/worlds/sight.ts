import { type DurationMs, type EpochMs, toMicrosecondPrecision } from "../../../shared/units.ts";
import { chanceAt, type Ending, type Trouble, type World } from "./world.ts";

/** How a check ends. */
export interface Answer {
  readonly passed: boolean;
  /** From its instant until it is known. */
  readonly tookMs: DurationMs;
}

/** Instants that are a period apart: those of one task in one region. */
export interface Beat {
  readonly firstMs: EpochMs;
  readonly periodMs: DurationMs;
}

interface Stretch {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly share: number;
  readonly ending: Ending;
}

/** Connect times stray by up to this much. */
const JITTER_MS: DurationMs = 8;

/** A world as one region's probes see it. Whether a check passes follows from its instant alone. */
export class Sight {
  readonly #world: World;
  readonly #region: number;
  readonly #stretches: readonly Stretch[];
  /** Where the last look-up was: they mostly go forwards. */
  #at = 0;

  constructor(world: World, region: number) {
    this.#world = world;
    this.#region = region;
    const own = world.troubles.filter((one) => one.region === undefined || one.region === region);
    this.#stretches = layTroubles(own);
  }

  /** How a check at an instant ends. */
  answerAt(atMs: EpochMs, timeoutMs: DurationMs): Answer {
    const trouble = this.#stretchAt(atMs);
    const share = addShares(this.#world.lossShare, trouble?.share ?? 0);
    if (share > 0 && this.#chance(atMs) < share) {
      const ending = trouble?.ending ?? this.#world.lossEnding;
      const tookMs = ending === "timeout" ? timeoutMs : this.latencyAt(atMs);
      return { passed: false, tookMs: Math.min(timeoutMs, tookMs) };
    }
    return { passed: true, tookMs: this.latencyAt(atMs) };
  }

  /** The connect time of a check that passes. */
  latencyAt(atMs: EpochMs): DurationMs {
    const jitter = JITTER_MS * chanceAt(this.#world.seed + 1, this.#region, atMs);
    return toMicrosecondPrecision(this.#world.latencyMs(this.#region, atMs) + jitter);
  }

  /** The first instant of the beat, from one on, at which a check fails; infinity if none does. */
  nextFailure(beat: Beat, fromMs: EpochMs): EpochMs {
    const { toMs } = this.#world;
    let at = firstBeat(beat, fromMs);
    while (at < toMs) {
      const stretch = this.#stretchFrom(at);
      const isWithin = stretch !== null && stretch.fromMs <= at;
      const untilMs = Math.min(toMs, (isWithin ? stretch.toMs : stretch?.fromMs) ?? toMs);
      const share = addShares(this.#world.lossShare, isWithin ? stretch.share : 0);
      const foundMs = this.#failureBefore(untilMs, { ...beat, firstMs: at }, share);
      if (foundMs !== null) return foundMs;
      at = firstBeat(beat, untilMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  #failureBefore(untilMs: EpochMs, { firstMs, periodMs }: Beat, share: number): EpochMs | null {
    if (share === 0) return null;
    for (let at = firstMs; at < untilMs; at += periodMs) if (this.#chance(at) < share) return at;
    return null;
  }

  #chance(atMs: EpochMs): number {
    return chanceAt(this.#world.seed, this.#region, atMs);
  }

  #stretchAt(atMs: EpochMs): Stretch | null {
    const stretch = this.#stretchFrom(atMs);
    return stretch !== null && stretch.fromMs <= atMs ? stretch : null;
  }

  /** The first stretch that is not over at an instant. */
  #stretchFrom(atMs: EpochMs): Stretch | null {
    const all = this.#stretches;
    let at = this.#at;
    while (at > 0 && (all[at - 1]?.toMs ?? 0) > atMs) at--;
    while (at < all.length && (all[at]?.toMs ?? 0) <= atMs) at++;
    this.#at = at;
    return all[at] ?? null;
  }
}

/** The first instant of a beat at or after another. */
export function firstBeat({ firstMs, periodMs }: Beat, fromMs: EpochMs): EpochMs {
  return firstMs + Math.max(0, Math.ceil((fromMs - firstMs) / periodMs)) * periodMs;
}

function addShares(a: number, b: number): number {
  return 1 - (1 - a) * (1 - b);
}

/** Troubles that may overlap, as stretches that don't: shares add up, the greatest decides the ending. */
function layTroubles(troubles: readonly Trouble[]): Stretch[] {
  const edges = [...new Set(troubles.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))];
  edges.sort((a, b) => a - b);
  const sorted = troubles.toSorted((a, b) => a.fromMs - b.fromMs);
  const open: Trouble[] = [];
  let next = 0;
  return edges.slice(0, -1).flatMap((fromMs, i) => {
    for (let one = sorted[next]; one !== undefined && one.fromMs <= fromMs; one = sorted[next]) {
      open.push(one);
      next++;
    }
    const here = open.filter(({ toMs }) => toMs > fromMs);
    open.splice(0, open.length, ...here);
    const [worst] = here.toSorted((a, b) => b.share - a.share);
    if (worst === undefined) return [];
    const share = here.reduce((sum, one) => addShares(sum, one.share), 0);
    return [{ fromMs, toMs: edges[i + 1] ?? fromMs, share, ending: worst.ending }];
  });
}
