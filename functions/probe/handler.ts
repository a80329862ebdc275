import { connectServices } from "./connect-services.ts";
import { lateAnswer } from "./late-answer.ts";
import { answerRequest, continueLease, runLease } from "./lease/lease.ts";
import { parseProbeEvent } from "./parse-probe-event.ts";

// Runs on cold start only.
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const services = connectServices(process.env, stop.signal);

/** Runs once a minute for each shard, for each burst that a message brings, and when somebody asks for checks; only a single check has an answer. */
export const handler = async (event: unknown): Promise<unknown> => {
  const parsed = parseProbeEvent(event);
  if ("check" in parsed) return await lateAnswer(parsed.check, services);
  if ("request" in parsed) return await answerRequest(parsed.request, services);
  if ("burst" in parsed) return await continueLease(parsed.burst, services);
  return await runLease(parsed.shard, services);
};
