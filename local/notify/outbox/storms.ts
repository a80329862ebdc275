import { DETAIL_TYPES } from "../../../shared/contract.ts";
import { DAY_MS, type EpochMs } from "../../../shared/units.ts";
import type { Waiting } from "../message/service.ts";

/** A storm that a target was told of, and of whose end it was not. */
export interface Storm {
  readonly target: string;
  readonly number: number;
  readonly atMs: EpochMs;
}

/** More than these do not stand at once; the oldest are forgotten. */
const MOST = 100;

/** Which storms stand, by the events that go to targets. */
export class Storms {
  #standing: Storm[] = [];

  /** Takes note of an event. Whether it is of a storm. */
  follow({ target, event: { "detail-type": type, detail }, atMs }: Waiting): boolean {
    if (type !== DETAIL_TYPES.storm) return false;
    const storm = { target, number: Number(detail.number), atMs };
    if (detail.phase === "closed") this.#forget(storm);
    else this.stand(storm);
    return true;
  }

  /** Takes note of one that stands. */
  stand(storm: Storm): void {
    this.#forget(storm);
    this.#standing = [...this.#standing, storm].slice(-MOST);
  }

  /** All that stand. */
  all(): readonly Storm[] {
    return this.#standing;
  }

  /** Whether one stands that is not older than a day: its end may have been lost. */
  hasFresh(nowMs: EpochMs): boolean {
    return this.#standing.some(({ atMs }) => nowMs - atMs < DAY_MS);
  }

  #forget({ target, number }: Storm): void {
    this.#standing = this.#standing.filter((one) => one.target !== target || one.number !== number);
  }
}
