import { ASSUMED_MONTH, RESTARTS } from "./assumed-month.ts";
import { FLAPPING_WORLDS } from "./flapping.ts";
import type { WorldKind } from "./kind.ts";
import { LOSS_WORLDS } from "./loss.ts";
import { OUTAGE_WORLDS, TRANSPORT_WORLDS } from "./outages.ts";
import { REGION_WORLDS } from "./regions.ts";
import { SLOW_WORLDS } from "./slow.ts";

/** Every kind of trouble, in the order of the tables. */
export const WORLD_KINDS: readonly WorldKind[] = [
  ASSUMED_MONTH,
  ...LOSS_WORLDS,
  ...REGION_WORLDS,
  ...OUTAGE_WORLDS,
  RESTARTS,
  ...FLAPPING_WORLDS,
  ...TRANSPORT_WORLDS,
  ...SLOW_WORLDS,
];

/** The kind with this name; throws if there is none. */
export function worldKind(name: string): WorldKind {
  const kind = WORLD_KINDS.find((one) => one.name === name);
  if (kind === undefined) throw new RangeError(`No world is named ${name}`);
  return kind;
}
