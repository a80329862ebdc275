import { connectServices } from "./connect-services.ts";
import { publishSite } from "./publish.ts";

// Runs on cold start only.
const services = connectServices(process.env);

/** Runs once a minute in the home region, if the fleet has a public status page. */
export const handler = async (): Promise<void> => {
  await publishSite(services);
};
