import type { Row } from "./report.ts";

/** A claim with its limit, and what was measured. */
export interface Verdict {
  readonly claim: string;
  readonly measured: number;
  readonly limit: number;
  readonly bound: "at most" | "at least";
}

export function verdictRow({ claim, measured, limit, bound }: Verdict): Row {
  const holds = bound === "at most" ? measured <= limit : measured >= limit;
  const must = `${bound} ${limit}`;
  return { claim, must, measured: Number(measured.toPrecision(3)), holds: holds ? "yes" : "NO" };
}
