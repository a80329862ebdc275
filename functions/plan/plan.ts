export { parseItems } from "./parse-items.ts";
export { planFleet } from "./plan-fleet.ts";
export type { PlanServices, RunLog } from "./services.ts";
