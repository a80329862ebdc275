import {
  DEFAULT_CLOCK_SERVER,
  DEFAULT_DAY_DAYS,
  DEFAULT_MINUTE_DAYS,
  DEFAULT_RESULT_DAYS,
  DEFAULT_SUMMARY_DAYS,
  DEFAULT_WATCH,
} from "../contract.ts";
import type { CostFleet } from "./load.ts";

/** What a deployment keeps and watches where its configuration says nothing. */
export const DEPLOYED: Omit<CostFleet, "home" | "regions"> = {
  resultDays: DEFAULT_RESULT_DAYS,
  minuteDays: DEFAULT_MINUTE_DAYS,
  summaryDays: DEFAULT_SUMMARY_DAYS,
  dayDays: DEFAULT_DAY_DAYS,
  summaryClass: "auto",
  logDays: 30,
  watch: DEFAULT_WATCH,
  clockServer: DEFAULT_CLOCK_SERVER,
  secrets: [],
};
