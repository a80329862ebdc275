export type { Admission, Grant, Waiter } from "./admission.ts";
export { MOST_OPEN_SOCKETS, StartPacer } from "./pace-starts.ts";
