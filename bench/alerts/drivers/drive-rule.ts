import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import {
  type DurationMs,
  type EpochMs,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  startOfMinute,
} from "../../../shared/units.ts";
import type { Arrived, HomeRule } from "../rule/home-rule.ts";
import type { FleetWays } from "../rule/settings.ts";
import type { Counted } from "../score.ts";
import { beatsOf, type Setting, taskOf } from "../setting.ts";
import { Sight } from "../worlds/sight.ts";
import type { World } from "../worlds/world.ts";
import { ChunkFlow, type Sent } from "./chunk-flow.ts";
import { ProbeSide } from "./probe-side.ts";
import { Timeline } from "./timeline.ts";

/** From the instant of a hint until home has looked. */
const LOOKED_AFTER_MS: DurationMs = 3 * SECOND_MS;

/** When in the minute home's run begins. */
const RUN_PHASE_MS: DurationMs = 21 * SECOND_MS;

/** How long a window waits for a slot that has not reported. */
const REPORT_PATIENCE_MS: DurationMs = 35 * SECOND_MS;

/** From a look until the other regions check. */
const ASKED_AFTER_MS: DurationMs = SECOND_MS;
const MOST_ASKS_AN_HOUR = 10;

const NEVER_MS: EpochMs = Number.POSITIVE_INFINITY;

/** Sees what probes sent, and when home ran and looked. */
export interface Journal {
  sent(region: number, sent: Sent): void;
  looked(atMs: EpochMs): void;
  ran(atMs: EpochMs): void;
}

/** How a world is driven. */
export interface RuleDrive {
  readonly setting: Setting;
  readonly ways: FleetWays;
  readonly rule: HomeRule;
  /** By which the probes make rechecks and tell home. */
  readonly policy: AlertPolicy;
  /** Sees what the real home would see. */
  readonly journal?: Journal;
  /** Stretches in which nothing fails are skipped. */
  readonly skips: boolean;
}

/** Puts the fleet's rule through a world: probes, chunks, hints, the minute's runs and looks. */
export function driveRule(world: World, drive: RuleDrive): Counted {
  return new FleetDrive(world, drive).run();
}

class FleetDrive {
  readonly #world: World;
  readonly #drive: RuleDrive;
  readonly #timeline = new Timeline();
  readonly #flows: readonly ChunkFlow[];
  readonly #probes: readonly ProbeSide[];
  /** Checks before it are judged. */
  #watermarkMs: EpochMs;
  #nextRunMs: EpochMs;
  #lookMs: EpochMs | null = null;
  #lookCount = 0;
  readonly #askedAtMs: EpochMs[] = [];
  #askMs: EpochMs | null = null;

  constructor(world: World, drive: RuleDrive) {
    this.#world = world;
    this.#drive = drive;
    this.#watermarkMs = world.fromMs;
    this.#nextRunMs = world.fromMs + RUN_PHASE_MS;
    const beats = beatsOf(drive.setting, world.seed, world.fromMs);
    const task = taskOf(drive.setting, world.seed);
    this.#flows = beats.map((_, region) => this.#startFlow(region));
    this.#probes = this.#flows.map((flow, region) => {
      const beat = beats[region];
      if (beat === undefined) throw new RangeError("Each region has its beat");
      const sight = new Sight(world, region);
      const { policy, ways } = drive;
      const timeline = this.#timeline;
      return new ProbeSide({
        region,
        task,
        policy,
        hints: ways.hints,
        sight,
        beat,
        timeline,
        flow,
      });
    });
  }

  #startFlow(region: number): ChunkFlow {
    const hint = (atMs: EpochMs) => this.#lookSoon(atMs + LOOKED_AFTER_MS);
    const { journal } = this.#drive;
    return new ChunkFlow({
      ...{ world: this.#world, region, timeline: this.#timeline, hint },
      journal: journal === undefined ? null : (sent) => journal.sent(region, sent),
    });
  }

  run(): Counted {
    const { world, drive } = { world: this.#world, drive: this.#drive };
    for (;;) {
      if (drive.skips && this.#isQuiet()) this.#skip();
      const probe = this.#nextProbe();
      const atMs = Math.min(probe.nextSlotMs, this.#timeline.nextMs, this.#nextRunMs);
      if (atMs >= world.toMs) break;
      if (this.#timeline.nextMs === atMs) this.#timeline.step();
      else if (this.#nextRunMs === atMs) this.#runAt(atMs);
      else probe.checkSlot();
    }
    return {
      notes: drive.rule.notes,
      checkCount: this.#probes.reduce((sum, probe) => sum + probe.slotsWithin(world), 0),
      extraCheckCount: this.#probes.reduce((sum, probe) => sum + probe.extraCheckCount, 0),
      lookCount: this.#lookCount,
    };
  }

  #isQuiet(): boolean {
    if (!this.#timeline.isEmpty || !this.#drive.rule.isQuiet) return false;
    return this.#probes.every((probe) => probe.isQuiet);
  }

  #skip(): void {
    const failureMs = Math.min(...this.#probes.map((probe) => probe.nextFailure()));
    // A window is judged by all its checks, so its minute is gone through as a whole.
    const minuteMs = failureMs === NEVER_MS ? NEVER_MS : startOfMinute(failureMs);
    this.#drive.rule.passUntil(this.#probes.map((probe) => probe.skipTo(minuteMs)));
    this.#watermarkMs = Math.max(this.#watermarkMs, minuteMs);
    this.#nextRunMs = Math.max(this.#nextRunMs, minuteMs + RUN_PHASE_MS);
    for (const flow of this.#flows) flow.dropBefore(this.#watermarkMs);
  }

  #nextProbe(): ProbeSide {
    let [next] = this.#probes;
    for (const probe of this.#probes) {
      if (next === undefined || probe.nextSlotMs < next.nextSlotMs) next = probe;
    }
    if (next === undefined) throw new RangeError("A setting has at least one region");
    return next;
  }

  /** The minute's run: closes the windows that are ready, in order. */
  #runAt(nowMs: EpochMs): void {
    this.#nextRunMs = nowMs + MINUTE_MS;
    if (this.#isAway(nowMs)) return;
    this.#drive.journal?.ran(nowMs);
    for (
      let endMs = this.#watermarkMs + MINUTE_MS;
      endMs + RUN_PHASE_MS <= nowMs;
      endMs += MINUTE_MS
    ) {
      const isReady = !this.#flows.some((one) => one.isAwaited(nowMs, endMs, REPORT_PATIENCE_MS));
      if (!isReady) break;
      this.#drive.rule.close(this.#arrived(nowMs, endMs, false), nowMs);
      this.#watermarkMs = endMs;
      for (const flow of this.#flows) flow.dropBefore(endMs);
    }
    this.#askIfInDoubt(nowMs);
  }

  /** A hinted look: judges what has arrived. One look serves all hints until it begins. */
  #lookSoon(atMs: EpochMs): void {
    if (this.#lookMs !== null) return;
    this.#lookMs = atMs;
    this.#timeline.at(atMs, () => {
      this.#lookMs = null;
      if (this.#isAway(atMs)) return;
      this.#lookCount++;
      this.#drive.journal?.looked(atMs);
      this.#drive.rule.look(this.#arrived(atMs, atMs, true), atMs);
      this.#askIfInDoubt(atMs);
    });
  }

  #arrived(nowMs: EpochMs, toMs: EpochMs, inOrder: boolean): Arrived {
    const interval = { fromMs: this.#watermarkMs, toMs };
    const samples = this.#flows.flatMap((flow) =>
      inOrder ? flow.arrivedInOrder(nowMs, toMs) : flow.arrived(nowMs, toMs),
    );
    samples.sort((a, b) => a.atMs - b.atMs || a.region - b.region);
    const slotCounts = this.#probes.map((probe) => probe.slotsWithin(interval));
    return { ...interval, samples, slotCounts };
  }

  /** Over a minute of schedule the other regions are asked at once, and then every minute. */
  #askIfInDoubt(nowMs: EpochMs): void {
    const { rule, ways, setting } = this.#drive;
    if (!ways.secondOpinions || setting.scheduleMs <= MINUTE_MS || !rule.isInDoubt) return;
    if (this.#askMs !== null && nowMs < this.#askMs + MINUTE_MS) return;
    while ((this.#askedAtMs[0] ?? nowMs) < nowMs - HOUR_MS) this.#askedAtMs.shift();
    if (this.#askedAtMs.length >= MOST_ASKS_AN_HOUR) return;
    this.#askedAtMs.push(nowMs);
    this.#askMs = nowMs;
    for (const probe of this.#probes) probe.checkNow(nowMs + ASKED_AFTER_MS);
  }

  #isAway(atMs: EpochMs): boolean {
    return this.#world.transport.homeAway.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  }
}
