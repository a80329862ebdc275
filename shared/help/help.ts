export { type Band, latencyBandOf, successBandOf } from "./bands.ts";
export { type HelpPlace, helpPathOf } from "./help-path.ts";
