import { connectServices } from "./connect-services.ts";
import { answerRequest, runLease } from "./lease/lease.ts";
import { parseProbeEvent } from "./parse-probe-event.ts";

// Runs on cold start only.
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const services = connectServices(process.env, stop.signal);

/** Runs once a minute for each shard, and when somebody asks for checks. */
export const handler = async (event: unknown): Promise<void> => {
  const parsed = parseProbeEvent(event);
  if ("request" in parsed) await answerRequest(parsed.request, services);
  else await runLease(parsed.shard, services);
};
