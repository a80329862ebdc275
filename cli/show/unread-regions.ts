import type { RegionName } from "../../shared/units.ts";
import { explainError } from "../command/errors.ts";
import type { Io } from "../command/io.ts";

/** A region that could not be read, and why. */
interface UnreadRegion {
  readonly region: RegionName;
  readonly cause: unknown;
}

/** Names each region that could not be read, and says what is missing because of it. */
export function warnOfUnread(io: Io, unread: readonly UnreadRegion[], missing: string): void {
  for (const { region, cause } of unread) {
    io.error(`Region ${region} could not be read, ${missing}: ${explainError(cause)}`);
  }
}
