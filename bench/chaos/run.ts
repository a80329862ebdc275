import type { FastTime } from "./fast-time.ts";
import type { ChaosOptions } from "./read-options.ts";
import type { Scenario } from "./scenario.ts";

/** One run, from its beginning. */
export interface Run {
  readonly options: ChaosOptions;
  readonly folder: string;
  readonly scenario: Scenario;
  readonly time: FastTime;
  readonly counts: Map<string, number>;
}
