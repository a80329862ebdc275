export { StartPacer, type Turn, type Waiter } from "./pace-starts.ts";
