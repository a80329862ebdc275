import { connectServices } from "./connect-services.ts";
import { parsePlanEvent, planFleet } from "./plan.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/** Runs once a minute in the home region. The event `{ "force": true }` plans even if the plan would be refused. */
export const handler = async (event: unknown): Promise<void> => {
  await planFleet(services, parsePlanEvent(event));
};
