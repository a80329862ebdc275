import { parseHint } from "../../shared/request/request.ts";
import { aggregateWindows } from "./aggregate.ts";
import { connectServices } from "./connect-services.ts";
import { lookNow } from "./look.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/**
 * Runs in the home region: once a minute, when the watermark says what to do, and when a probe hints
 * that a task turned.
 */
export const handler = async (event: unknown): Promise<void> => {
  const hint = parseHint(event);
  if (hint === null) await aggregateWindows(services);
  else await lookNow(services, hint);
};
