export { openDeadMan } from "./open-dead-man.ts";
