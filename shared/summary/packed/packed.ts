export { packSummaries, unpackSummaries } from "./codec.ts";
export { groupCountFor, groupCountOf, groupOf, SLICES, sliceOf } from "./groups.ts";
export { packMinute, unpackMinute } from "./minute.ts";
