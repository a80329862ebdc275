import {
  isCounted,
  type Outcome,
  type ProbeResult,
  type ResultDetail,
} from "../../../shared/result/result.ts";
import type { Addressing } from "../../../shared/task/task.ts";
import { type DurationMs, toMicrosecondPrecision } from "../../../shared/units.ts";
import { verdictOfParts } from "./parts-verdict.ts";
import { sumTotals } from "./totals.ts";

/** What was found at one address; the result of an address that is not allowed has none itself. */
export interface CheckedPart {
  readonly address: string;
  readonly result: ProbeResult;
}

/** How many addresses must pass, and what is known of the look-up. */
interface JoinContext {
  readonly required: Extract<Addressing, { readonly mode: "each" }>["required"];
  readonly unresolved?: ResultDetail["unresolved"];
}

/**
 * One result of the parts of a check, of which there is at least one. If it passes, its figures are of
 * the passing address that took longest; else its kind and figures are of the first that decides.
 */
export function joinParts(parts: readonly CheckedPart[], context: JoinContext): ProbeResult {
  const results = parts.map(({ result }) => result);
  const own = decidingResult(results, context.required);
  const { certificate: _, certificateFacts: __, ...detail } = own.detail ?? {};
  return {
    ...own,
    ...sumTotals(results),
    startedAtMs: Math.min(...results.map(({ startedAtMs }) => startedAtMs)),
    detail: {
      ...detail,
      ...earliestCertificate(results),
      parts: parts.map(({ address, result }) => ({
        address,
        outcome: result.outcome,
        connectTimeMs: result.connectTimeMs,
      })),
      ...(context.unresolved !== undefined && { unresolved: context.unresolved }),
    },
  };
}

function decidingResult(
  results: readonly ProbeResult[],
  required: JoinContext["required"],
): ProbeResult {
  const verdict = verdictOfParts(
    results.map(({ outcome }) => outcome),
    required,
  );
  const slowest = slowestOpen(results);
  if (verdict === "passed" && slowest !== null) return slowest;
  const decides = verdict === "failed" ? isFailed : isUnknown;
  const first = results.find(({ outcome }) => decides(outcome));
  return first ?? tooFew(results);
}

function isFailed(outcome: Outcome): boolean {
  return outcome !== "open" && isCounted(outcome);
}

function isUnknown(outcome: Outcome): boolean {
  return outcome !== "open" && !isCounted(outcome);
}

/** Each address passes, and there are not as many as the task requires. */
function tooFew(results: readonly ProbeResult[]): ProbeResult {
  const [first] = results;
  if (first === undefined) throw new TypeError("A check has no parts");
  const none = { connectTimeMs: null, elapsedMs: null, tlsTimeMs: null, dialogueTimeMs: null };
  return { ...first, ...none, outcome: "dns_not_found", errorCode: "TOO_FEW_ADDRESSES" };
}

function slowestOpen(results: readonly ProbeResult[]): ProbeResult | null {
  return results
    .filter(({ outcome }) => outcome === "open")
    .reduce<ProbeResult | null>((slowest, one) => {
      return slowest === null || durationOf(one) > durationOf(slowest) ? one : slowest;
    }, null);
}

function durationOf({ connectTimeMs, tlsTimeMs, dialogueTimeMs }: ProbeResult): DurationMs {
  return toMicrosecondPrecision((connectTimeMs ?? 0) + (tlsTimeMs ?? 0) + (dialogueTimeMs ?? 0));
}

/**
 * Addresses may have different certificates. The one that ends first is told, whichever address is the
 * slowest this time, so that a change is a change.
 */
function earliestCertificate(
  results: readonly ProbeResult[],
): Pick<ResultDetail, "certificate" | "certificateFacts"> {
  const details = results.flatMap(({ detail }) => detail ?? []);
  const [first] = details
    .filter(({ certificate }) => certificate !== undefined)
    .sort((a, b) => orderOf(a).localeCompare(orderOf(b)));
  if (first?.certificate === undefined) return {};
  const { certificate } = first;
  // Facts are told by the first connection that sees a certificate, and others may have the same.
  const { certificateFacts } =
    details.find((one) => one.certificate?.id === certificate.id && one.certificateFacts) ?? {};
  return { certificate, ...(certificateFacts !== undefined && { certificateFacts }) };
}

function orderOf({ certificate }: ResultDetail): string {
  return `${String(certificate?.untilMs ?? 0).padStart(20, "0")} ${certificate?.id ?? ""}`;
}
