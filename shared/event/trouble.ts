import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import { type EpochMs, type RegionName, toIso } from "../units.ts";
import type { OutgoingEvent } from "./outgoing.ts";

/** Something that is wrong with the fleet itself, or that is over. */
export interface FleetTrouble {
  readonly fleet: string;
  readonly home: RegionName;
  readonly trouble: "disk";
  readonly state: "raised" | "cleared";
  /** One line for people. */
  readonly summary: string;
  /** When it began. */
  readonly sinceMs: EpochMs;
}

/** Detail of `Probe Fleet Trouble`. */
interface TroubleDetail {
  readonly version: "1";
  readonly id: string;
  readonly fleet: string;
  readonly home_region: RegionName;
  readonly trouble: FleetTrouble["trouble"];
  readonly state: FleetTrouble["state"];
  readonly severity: "warning" | "ok";
  readonly summary: string;
  readonly since: string;
}

/** The event that a trouble began or is over, as of `nowMs`. */
export function troubleEvent(told: FleetTrouble, nowMs: EpochMs): OutgoingEvent {
  const { fleet, home, trouble, state, summary, sinceMs } = told;
  const id = deriveId("trouble", fleet, trouble, sinceMs, state);
  const detail: TroubleDetail = {
    version: "1",
    id,
    fleet,
    home_region: home,
    trouble,
    state,
    severity: state === "raised" ? "warning" : "ok",
    summary,
    since: toIso(sinceMs),
  };
  const resources = [`synfleet/${fleet}`];
  return { id, detailType: DETAIL_TYPES.fleetTrouble, time: nowMs, resources, detail };
}
