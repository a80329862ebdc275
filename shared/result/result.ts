export {
  ERROR_KINDS,
  type ErrorKind,
  errorKindOf,
  isCounted,
  isOutcome,
  judgeOutcome,
  type Outcome,
  phraseOfKind,
  sentenceOfKind,
  type Verdict,
} from "./error-kinds.ts";
export { NO_FIGURES, type ProbeResult, type ResultFigures, type Timing } from "./probe-result.ts";
export { type RawMetricTcp, toRawMetric } from "./raw-metric.ts";
