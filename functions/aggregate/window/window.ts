export { type ClosedWindow, closeWindow } from "./close-window.ts";
export { type FleetView, plannedRegions, readRegions } from "./read-regions.ts";
export { readWindow } from "./read-window.ts";
export { firstWatermark, isOver, mustWait, windowFrom } from "./ready-window.ts";
export { revisitWindows } from "./revisit-windows.ts";
export { skipDarkWindows } from "./skip-idle-windows.ts";
export type { SummarisedTask } from "./summarise-window.ts";
