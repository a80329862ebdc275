export {
  type CrowdedHost,
  countPlaces,
  crowdedIn,
  leastSpreadMs,
  overloadedHosts,
} from "./crowding.ts";
export { type Bucket, parseRateLimit, shareOf, takeToken, USUAL_RATE_LIMIT } from "./rate-limit.ts";
