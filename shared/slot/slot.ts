export { AHEAD_TOLERANCE_MS, CLOCK_LOOK_MS, isAhead } from "./ahead.ts";
export {
  EARLY_TOLERANCE_MS,
  gapsWithin,
  LATE_TOLERANCE_MS,
  LEASE_HISTORY_MS,
  type Lease,
  type LeaseRun,
  nextLease,
  returnClaim,
  slotsOfRun,
  takeBackLease,
  termAround,
  termOf,
} from "./lease.ts";
export {
  firstInstantFrom,
  type Interval,
  LATEST_RECHECK_MS,
  LEASE_TERM_MS,
  nominalSlots,
  overlap,
  phaseOf,
  type Schedule,
  SLOT_SLACK_MS,
  SPREAD_MS,
  slotsOfTerm,
} from "./schedule.ts";
