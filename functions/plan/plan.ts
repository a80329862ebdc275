export { parseItems } from "./parse-items.ts";
export { planFleet } from "./plan-fleet.ts";
export type { Outside, RunLog } from "./services.ts";
