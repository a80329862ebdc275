export { burstsPay } from "./bursts.ts";
export { type Estimate, estimateCost } from "./estimate.ts";
export { HOME_MEMORY_MB } from "./functions.ts";
export type { CostFleet } from "./load.ts";
export { type CostLine, MINUTES_PER_MONTH, PRICES, type PriceName, priceOf } from "./prices.ts";
export type { TableUnits } from "./summaries.ts";
export { summaryClassFor } from "./table-class.ts";
export { type UnitsByTable, usageOf } from "./usage.ts";
