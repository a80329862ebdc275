// What only a deployment with a time server loads (docs/decisions/0045).
export { ClockWatch } from "./sync/sync.ts";
