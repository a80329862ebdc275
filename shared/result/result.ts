export {
  ERROR_KINDS,
  type ErrorKind,
  errorKindOf,
  isCounted,
  judgeOutcome,
  type Outcome,
  phraseOfKind,
  sentenceOfKind,
  type Verdict,
} from "./error-kinds.ts";
export type { ProbeResult, Timing } from "./probe-result.ts";
export { type RawMetricTcp, toRawMetric } from "./raw-metric.ts";
