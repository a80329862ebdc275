export { type BoardMinute, type BoardRow, boardOf, type RegionSight } from "./board-row.ts";
export { type BoardPart, packBoard, unpackRows } from "./codec.ts";
export { packNames, unpackNames } from "./names.ts";
