// What only a deployment with a dead man loads (docs/decisions/0062).
export { openDeadMan } from "../adapters/dead-man/dead-man.ts";
