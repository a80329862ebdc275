import type { EpochMs } from "../../../shared/units.ts";
import { startOfMinute } from "../../../shared/units.ts";
import type { Monitor, Peer, Seen } from "../monitors/monitor.ts";
import type { Counted } from "../score.ts";
import { beatsOf, type Setting, TIMEOUT_MS } from "../setting.ts";
import { type Beat, firstBeat, Sight } from "../worlds/sight.ts";
import type { World } from "../worlds/world.ts";

/** One place that checks, and when it does so next. */
interface Place {
  readonly region: number;
  readonly sight: Sight;
  readonly beat: Beat;
  nextMs: EpochMs;
}

/** Puts a peer's rule through a world. While all is quiet, checks that pass are skipped. */
export function drivePeer(world: World, peer: Peer, by: Setting & { skips: boolean }): Counted {
  const places = placesOf(world, peer, by);
  const monitor = peer.start({ ...by, regionCount: places.length });
  const known = new KnownChecks(monitor);
  for (;;) {
    if (by.skips && known.isEmpty && monitor.isQuiet) skipToTrouble(places);
    const place = nextOf(places);
    if (place === null || place.nextMs >= world.toMs) break;
    known.deliverUntil(place.nextMs);
    known.add(check(place, peer));
    place.nextMs += place.beat.periodMs;
  }
  known.deliverUntil(world.toMs);
  return { notes: monitor.notes };
}

function placesOf(world: World, peer: Peer, setting: Setting): Place[] {
  const beats = beatsOf(setting, world.seed, world.fromMs);
  const used = peer.places === "one" ? beats.slice(0, 1) : beats;
  return used.map((own, region) => {
    const beat = peer.isInStep ? (beats[0] ?? own) : own;
    return { region, sight: new Sight(world, region), beat, nextMs: beat.firstMs };
  });
}

function skipToTrouble(places: readonly Place[]): void {
  const failures = places.map(({ sight, beat, nextMs }) => sight.nextFailure(beat, nextMs));
  const firstMs = Math.min(...failures);
  for (const place of places) {
    if (firstMs === Number.POSITIVE_INFINITY) place.nextMs = firstMs;
    else place.nextMs = Math.max(place.nextMs, firstBeat(place.beat, startOfMinute(firstMs)));
  }
}

function nextOf(places: readonly Place[]): Place | null {
  let next: Place | null = null;
  for (const place of places) if (next === null || place.nextMs < next.nextMs) next = place;
  return next;
}

function check({ region, sight, nextMs }: Place, { retryDelaysMs }: Peer): Seen {
  let answer = sight.answerAt(nextMs, TIMEOUT_MS);
  let atMs = nextMs + answer.tookMs;
  for (const delayMs of retryDelaysMs) {
    if (answer.passed) break;
    answer = sight.answerAt(Math.round(atMs + delayMs), TIMEOUT_MS);
    atMs = Math.round(atMs + delayMs) + answer.tookMs;
  }
  return { region, slotAtMs: nextMs, atMs, passed: answer.passed, tookMs: answer.tookMs };
}

/** Checks that wait until they are known, in order of that. */
class KnownChecks {
  readonly #monitor: Monitor;
  readonly #waiting: Seen[] = [];

  constructor(monitor: Monitor) {
    this.#monitor = monitor;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(seen: Seen): void {
    const before = this.#waiting.findLastIndex(({ atMs }) => atMs <= seen.atMs);
    this.#waiting.splice(before + 1, 0, seen);
  }

  /** Hands over what is known by then, and wakes the monitor in between. */
  deliverUntil(untilMs: EpochMs): void {
    for (let seen = this.#waiting[0]; seen !== undefined; seen = this.#waiting[0]) {
      if (seen.atMs > untilMs) break;
      this.#wakeUntil(seen.atMs);
      this.#monitor.take(seen);
      this.#waiting.shift();
    }
    this.#wakeUntil(untilMs);
  }

  #wakeUntil(untilMs: EpochMs): void {
    const monitor = this.#monitor;
    for (let atMs = monitor.wakeAtMs; atMs <= untilMs; atMs = monitor.wakeAtMs) monitor.wake(atMs);
  }
}
