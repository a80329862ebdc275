export { createSiteStore } from "./site-store.ts";
