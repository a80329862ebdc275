export { badgeSvg, fileNameOf } from "./badge.ts";
export { buildSite } from "./build-site.ts";
export type {
  Outage,
  StatusDay,
  StatusSite,
  StatusState,
  StatusTask,
} from "./model.ts";
