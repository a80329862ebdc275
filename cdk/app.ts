import { App } from "aws-cdk-lib";
import { FleetConfigError, parseFleetConfig } from "./fleet-config.ts";
import { fleetStacks } from "./fleet-stacks.ts";

const app = new App();

try {
  fleetStacks(app, parseFleetConfig(app.node.tryGetContext("fleet")));
} catch (error) {
  if (!(error instanceof FleetConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}
