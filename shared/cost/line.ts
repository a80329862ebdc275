import type { PriceName } from "./prices.ts";

/** One line of a monthly bill. */
export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly price: PriceName;
  /** In the price's own count: units, requests, GB. */
  readonly quantity: number;
  readonly dollars: number;
}

/** A line before it is priced. */
export type Quantity = Omit<CostLine, "dollars">;

/** 365 days by 12. */
export const MINUTES_PER_MONTH = 43_800;

export const BYTES_PER_GB = 1_073_741_824;
