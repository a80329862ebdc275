// What only a probe loads that somebody asks for a single check (docs/decisions/0046), or that reads nothing.
export { answerCheck, routeFault } from "./lease/lease.ts";
