import type { Interval } from "../../shared/slot/slot.ts";

/** The tasks of which a look at other tasks must know, by name. */
export interface UnquietList {
  /** One more with every write; 0 if none is stored. */
  readonly version: number;
  /** It leaves out no unquiet task while the watermark is at the start or at the end of this window; null if it may. */
  readonly window: Interval | null;
  /** Null if they are too many to be named. */
  readonly taskNames: readonly string[] | null;
}

/** Which tasks are unquiet: one item. It is stored before any record that makes a task unquiet. */
export interface UnquietStore {
  /** What can't be read of it is left out. */
  readUnquiet(): Promise<UnquietList>;
  /** Stores the list if version `list.version - 1` is still stored; version 1 if none is. */
  putUnquiet(list: UnquietList): Promise<"stored" | "lost">;
}
