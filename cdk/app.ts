import { App } from "aws-cdk-lib";
import { FleetConfigError, parseFleetConfig } from "./config/parse-fleet-config.ts";
import { fleetStacks } from "./fleet-stacks.ts";

const app = new App();

try {
  fleetStacks(app, parseFleetConfig(fromCommandLine(app.node.tryGetContext("fleet"))));
} catch (error) {
  if (!(error instanceof FleetConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** `cdk -c fleet='{…}'` gives a text, `cdk.json` an object; the parser refuses any other text. */
function fromCommandLine(raw: unknown): unknown {
  if (typeof raw !== "string") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
