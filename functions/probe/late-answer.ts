import type { CheckAnswer } from "../../shared/request/request.ts";
import { checkTarget } from "./check/check.ts";
import type { ProbeServices } from "./lease/lease.ts";

/** Answers whoever asks for a single check; the code for that is loaded with the first of them. */
export async function lateAnswer(asked: unknown, services: ProbeServices): Promise<CheckAnswer> {
  const { answerCheck } = await import("#asked");
  return await answerCheck(asked, services, checkTarget);
}
