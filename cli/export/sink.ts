import type { Part, Records } from "./columns.ts";

/** Where an export goes. */
export interface Sink {
  /** Takes a portion of records; `false` if it needs no more, because its reader is gone. */
  readonly add: <P extends Part>(part: P, records: readonly Records[P][]) => boolean;
  /** Everything was added. */
  readonly finish: () => void;
  /** Leaves nothing behind. Does nothing after `finish`. */
  readonly discard: () => void;
}
