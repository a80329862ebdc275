export { endEntry, entryWithId, type FoundEntry, findEntries } from "./entries.ts";
export { newEntryId, type Order, orderEntry, USUAL_ORDER_MS } from "./orders.ts";
export { explainClosed, explainUnknownTarget, showScope } from "./scopes.ts";
