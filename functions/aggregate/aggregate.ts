export { aggregateWindows, LOCK_MS } from "./aggregate-windows.ts";
export type { Outside, RegionStores, RunLog } from "./services.ts";
