export type { DeepNote } from "./deep-figures.ts";
export { daysLeft, isDeep } from "./deep-record.ts";
export { type FailuresByPhase, failuresByPhase, phasesOfKind } from "./failed-phases.ts";
export {
  type Figures,
  figuresOf,
  firstSynAverage,
  type JudgedCheck,
  lossPercent,
} from "./figures.ts";
export { type HistogramBin, histogramOf } from "./histogram.ts";
export {
  asStored,
  asStoredAlone,
  parseSummaryItem,
  type SummaryItem,
  toSummaryItem,
  toWholeItem,
} from "./item.ts";
export { mergeFigures } from "./merge-figures.ts";
export { mergePeriod } from "./merge-period.ts";
export { type AggFigures, type AggMetric, toAggMetric } from "./record.ts";
export { earliestEnd, type SeenCertificate, seenCertificates } from "./seen-certificates.ts";
export {
  type RegionWindow,
  type Summary,
  summarise,
  type TaskWindow,
  windowSettings,
} from "./summarise.ts";
export { relativeErrorOf } from "./time-sketch.ts";
