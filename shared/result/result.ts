export {
  ERROR_KINDS,
  type ErrorKind,
  errorKindOf,
  isCounted,
  isOutcome,
  type Judgeable,
  judgeResult,
  type Outcome,
  phraseOfKind,
  sentenceOfKind,
  usualPhaseOf,
  type Verdict,
} from "./error-kinds.ts";
export { type NotedDetail, noteOf } from "./noted-detail.ts";
export {
  isFigure,
  isHeldSample,
  NO_FIGURES,
  NO_MARKS,
  type ProbeResult,
  type ResultFigures,
  type ResultMarks,
  type Timing,
} from "./probe-result.ts";
export { type RawMetricTcp, toRawMetric } from "./raw-metric.ts";
export {
  type AddressPart,
  type CertificateFacts,
  type CertificateLink,
  type CertificateNote,
  failedPhaseOf,
  type HoldEnd,
  type HoldState,
  type HoldStep,
  parseDetail,
  printDetail,
  type ResultDetail,
} from "./result-detail.ts";
