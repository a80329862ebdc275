// What only a probe loads that somebody asks for a single check (docs/decisions/0046).
export { answerCheck } from "./lease/lease.ts";
