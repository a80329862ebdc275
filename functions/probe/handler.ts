import { connectServices } from "./connect-services.ts";
import { runLease } from "./lease/lease.ts";
import { parseProbeEvent } from "./parse-probe-event.ts";

// Runs on cold start only.
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const services = connectServices(process.env, stop.signal);

/** Runs once a minute for each shard. */
export const handler = async (event: unknown): Promise<void> => {
  await runLease(parseProbeEvent(event), services);
};
