export { escapeHtml } from "./escape-html.ts";
export {
  type Fields,
  type InputTable,
  isFields,
  isLabel,
  omitUndefined,
  orList,
  ownField,
  type Range,
  type Report,
  readChoice,
  readFlag,
  readLabel,
  readNumber,
  readOneOf,
  readTable,
  readWhole,
  refuse,
  refuseUnknown,
  requireField,
  trimBlanks,
} from "./fields.ts";
export { nearestName } from "./nearest-name.ts";
export {
  escapeUnprintable,
  isPositionLabel,
  type Notice,
  noticeSentence,
  type Problem,
  problemSentence,
  showKey,
  showValue,
} from "./problem.ts";
