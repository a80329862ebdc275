import { aggregateWindows } from "./aggregate.ts";
import { connectServices } from "./connect-services.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/** Runs once a minute in the home region; the event is ignored, the watermark says what to do. */
export const handler = async (): Promise<void> => {
  await aggregateWindows(services);
};
