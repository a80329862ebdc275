import { connectServices } from "./connect-services.ts";
import { parsePlanEvent } from "./parse-plan-event.ts";
import { planFleet } from "./plan-fleet.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/** Runs once a minute, at home. `{ "force": true }` plans what would be refused otherwise. */
export const handler = async (event: unknown): Promise<void> => {
  await planFleet(services, parsePlanEvent(event));
};
