export { aggregateWindows, LOCK_MS } from "./aggregate-windows.ts";
export type { AggregateServices, RegionStores, RunLog } from "./services.ts";
