import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openHomeStores } from "../../functions/adapters/dynamodb/dynamodb.ts";
import { DAY_MS, type DurationMs, type EpochMs, HOUR_MS } from "../../shared/units.ts";

/** After a longer step forward a clock may be wrong, and what it says is expired is kept for a while. */
const DOUBTED_STEP_MS: DurationMs = DAY_MS;
const DOUBT_MS: DurationMs = HOUR_MS;

/** Whether the wall clock is believed what has expired. Data is not deleted on one reading of it. */
export class DoubtedClock {
  readonly #monotonic: () => DurationMs;
  #untilMs: DurationMs = 0;

  constructor(monotonic: () => DurationMs = () => performance.now()) {
    this.#monotonic = monotonic;
  }

  get isDoubted(): boolean {
    return this.#monotonic() < this.#untilMs;
  }

  /** Notes that the clock went forward by a step, since the last look or since the last data. */
  noteStep(stepMs: DurationMs): void {
    if (stepMs > DOUBTED_STEP_MS) this.#untilMs = this.#monotonic() + DOUBT_MS;
  }
}

/** How long ago the newest window was closed: 0 before the first one, infinity if that can't be read. */
export async function ageOfData(
  client: DynamoDBClient,
  fleet: string,
  nowMs: EpochMs,
): Promise<DurationMs> {
  const held = await openHomeStores({ client, fleet }).progress.readProgress();
  if (held === null) return 0;
  return held.watermarkMs === null ? Number.POSITIVE_INFINITY : nowMs - held.watermarkMs;
}
