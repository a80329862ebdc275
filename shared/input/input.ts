export {
  type Fields,
  type InputTable,
  isFields,
  isLabel,
  orList,
  ownField,
  type Range,
  type Report,
  readChoice,
  readFlag,
  readLabel,
  readTable,
  readWhole,
  refuse,
  refuseUnknown,
  requireField,
} from "./fields.ts";
export { nearestName } from "./nearest-name.ts";
export { omitUndefined } from "./omit-undefined.ts";
export {
  escapeUnprintable,
  isPlaceLabel,
  type Notice,
  noticeSentence,
  type Problem,
  problemSentence,
  showKey,
  showValue,
} from "./problem.ts";
