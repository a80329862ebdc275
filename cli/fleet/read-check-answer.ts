import type { CheckAnswer } from "../../shared/request/request.ts";
import type { RawMetricTcp } from "../../shared/result/result.ts";
import type { RegionName } from "../../shared/units.ts";

/** The figures of a record that are shown. */
const TIMES = ["connect_time_ms", "dns_time_ms", "tls_time_ms", "dialogue_time_ms"] as const;

/** Reads what the probe of a region answered; an answer that can't be read is an error of that region. */
export function readCheckAnswer(text: string, region: RegionName): CheckAnswer {
  const { region: own, record, error } = parse(text);
  if (own === region && isRecord(record)) return { region, record };
  if (own === region && typeof error === "string") return { region, error };
  return { region, error: "Its answer can't be read: is another version deployed there?" };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** A record has at least what is shown of it; later versions may add fields. */
function isRecord(value: unknown): value is RawMetricTcp {
  const record: Readonly<Record<string, unknown>> = Object(value);
  const { success, error } = record;
  const isTimed = TIMES.every((name) => record[name] === null || Number.isFinite(record[name]));
  return typeof success === "boolean" && isTimed && (error === null || typeof error === "string");
}
