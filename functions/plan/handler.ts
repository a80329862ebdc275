import { connectServices } from "./connect-services.ts";
import { parsePlanEvent, planFleet } from "./plan.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/** Runs once a minute, at home. `{ "force": true }` plans what would be refused otherwise. */
export const handler = async (event: unknown): Promise<void> => {
  await planFleet(services, parsePlanEvent(event));
};
