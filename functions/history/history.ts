export { type ResultPage, type ResultSource, readResults } from "./read-results.ts";
