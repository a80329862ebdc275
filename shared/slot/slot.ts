export {
  gapsWithin,
  LEASE_HISTORY_MS,
  type Lease,
  type LeaseRun,
  nextLease,
  returnClaim,
  slotsOfRun,
} from "./lease.ts";
export {
  COVER_MS,
  type Cover,
  firstInstantFrom,
  nominalSlots,
  overlap,
  phaseOf,
  type Schedule,
  SLOT_SLACK_MS,
  SPREAD_MS,
  slotsOfCover,
} from "./schedule.ts";
