import type { EventRow } from "../../records/records.ts";
import type { Look } from "../words/look.ts";

const LOOKS: Readonly<Record<string, Look>> = {
  critical: "down",
  error: "down",
  warning: "warning",
  no_data: "silent",
  ok: "fine",
  info: "waiting",
};

/** How an event looks. One of a region's own network is us, not them. */
export function lookOfSeverity({ severity, detailType }: EventRow): Look | "sick" {
  if (/Region Impaired/i.test(detailType) && severity !== "ok") return "sick";
  return LOOKS[severity ?? ""] ?? "waiting";
}
