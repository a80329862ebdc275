import { aggregateWindows } from "./aggregate.ts";
import { connectServices } from "./connect-services.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/** Runs once a minute, at home. The event says nothing: the watermark does. */
export const handler = async (): Promise<void> => {
  await aggregateWindows(services);
};
