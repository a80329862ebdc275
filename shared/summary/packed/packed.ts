export { packSummaries, unpackSummaries } from "./codec.ts";
