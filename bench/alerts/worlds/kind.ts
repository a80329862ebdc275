import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS } from "../../../shared/units.ts";
import { type Random, randomOf } from "../../random.ts";
import { SOUND_TRANSPORT, type Transport, type Trouble, type World } from "./world.ts";

/** 2026-01-05T00:00:00Z, a Monday: every world begins here. */
export const BEGINNING_MS: EpochMs = Date.UTC(2026, 0, 5);

/** The month of all figures. */
export const MONTH_MS: DurationMs = 30 * DAY_MS;

/** What a world of one kind is drawn from. */
export interface Draw {
  readonly random: Random;
  readonly regionCount: number;
  /** The whole world. */
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
}

/** What a kind of trouble decides of its worlds; what is absent is sound. */
export interface Drawn {
  readonly lossShare?: number;
  readonly lossEnding?: World["lossEnding"];
  readonly troubles?: readonly Trouble[];
  readonly latencyMs?: World["latencyMs"];
  readonly transport?: Partial<Transport>;
}

/** One kind of trouble with its parameters. */
export interface WorldKind {
  readonly name: string;
  /** Its parameters, as a sentence. */
  readonly says: string;
  /** How long one world is. */
  readonly spanMs: DurationMs;
  readonly draw: (draw: Draw) => Drawn;
  /** Latency matters in it, so no minute may be skipped. */
  readonly isAboutLatency?: true;
  /** What the fleet itself stores and says is at fault in it; peers are not put through it. */
  readonly isAboutTransport?: true;
}

/** The world of a kind and a seed. */
export function makeWorld(kind: WorldKind, seed: number, regionCount: number): World {
  const span = { fromMs: BEGINNING_MS, toMs: BEGINNING_MS + kind.spanMs };
  const drawn = kind.draw({ random: randomOf(seed), regionCount, ...span });
  return {
    ...span,
    seed,
    lossShare: drawn.lossShare ?? 0,
    lossEnding: drawn.lossEnding ?? "timeout",
    troubles: drawn.troubles ?? [],
    latencyMs: drawn.latencyMs ?? usualLatency,
    transport: { ...SOUND_TRANSPORT, ...drawn.transport },
  };
}

/** 20 ms from the nearest region, 25 ms more from each further one. */
export function usualLatency(region: number): DurationMs {
  return 20 + 25 * region;
}

/** Instants of a Poisson process: on average one in `everyMs`. */
export function instantsOf({ random, fromMs, toMs }: Draw, everyMs: DurationMs): EpochMs[] {
  const instants: EpochMs[] = [];
  const wait = () => -Math.log(1 - random()) * everyMs;
  for (let at = fromMs + wait(); at < toMs; at += wait()) instants.push(Math.floor(at));
  return instants;
}

/** One random instant in each stretch of `everyMs`, the first after a rest of an hour. */
export function spacedInstants({ random, fromMs, toMs }: Draw, everyMs: DurationMs): EpochMs[] {
  const instants: EpochMs[] = [];
  for (let at = fromMs; at + everyMs <= toMs; at += everyMs) {
    instants.push(Math.floor(at + HOUR_MS * (0.5 + random())));
  }
  return instants;
}

/** The numbers of all regions. */
export function regionsOf({ regionCount }: Draw): number[] {
  return Array.from({ length: regionCount }, (_, region) => region);
}
