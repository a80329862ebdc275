export { type CheckListener, type CheckTools, checkTarget, startCheck } from "./check-target.ts";
