import {
  advanceHealth,
  type HealthPolicy,
  INITIAL_HEALTH,
  type RegionHealth,
} from "../../../shared/health/health.ts";
import type { DurationMs, EpochMs } from "../../../shared/units.ts";

/** What a probe knows of one task's health in its region. */
export interface ProbeHealth {
  readonly isDown: boolean;
  /** Whether a check that passes would change nothing. */
  readonly isCalm: boolean;
  take(atMs: EpochMs, passed: boolean, isRecheck: boolean): void;
}

/** The same step that home takes. */
export class SharedHealth implements ProbeHealth {
  readonly #by: { readonly policy: HealthPolicy; readonly scheduleMs: DurationMs };
  #health: RegionHealth = INITIAL_HEALTH;

  constructor(policy: HealthPolicy, scheduleMs: DurationMs) {
    this.#by = { policy, scheduleMs };
  }

  get isDown(): boolean {
    return this.#health.status === "unhealthy";
  }

  get isCalm(): boolean {
    const { status, failCount, recent } = this.#health;
    return status === "healthy" && failCount === 0 && recent === "";
  }

  take(atMs: EpochMs, passed: boolean, isRecheck: boolean): void {
    const sample = { atMs, verdict: passed ? "passed" : "failed", isRecheck } as const;
    this.#health = advanceHealth(this.#health, sample, this.#by);
  }
}

/** Checks in a row and nothing else. */
export class PlainHealth implements ProbeHealth {
  readonly #needed: { readonly failures: number; readonly successes: number };
  #fails = 0;
  #passes = 0;
  isDown = false;

  constructor(failures: number, successes: number) {
    this.#needed = { failures, successes };
  }

  get isCalm(): boolean {
    return !this.isDown && this.#fails === 0;
  }

  take(_atMs: EpochMs, passed: boolean): void {
    this.#fails = passed ? 0 : this.#fails + 1;
    this.#passes = passed ? this.#passes + 1 : 0;
    if (this.#fails >= this.#needed.failures) this.isDown = true;
    else if (this.#passes >= this.#needed.successes) this.isDown = false;
  }
}
