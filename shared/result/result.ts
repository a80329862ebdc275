export {
  ERROR_KINDS,
  ERROR_SENTENCES,
  type ErrorKind,
  errorKindOf,
  judgeOutcome,
  type Outcome,
  type ProbeResult,
  type Timing,
  type Verdict,
} from "./probe-result.ts";
export { type RawMetricTcp, toRawMetric } from "./raw-metric.ts";
