import { App } from "aws-cdk-lib";
import { FleetConfigError, parseFleetConfig } from "./config/fleet-config.ts";
import { fleetStacks } from "./parts/fleet-stacks.ts";

const app = new App();

try {
  fleetStacks(app, parseFleetConfig(fromCommandLine(app.node.tryGetContext("fleet"))));
} catch (error) {
  if (!(error instanceof FleetConfigError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** `cdk -c fleet='{…}'` gives a text, `cdk.json` an object. What is no JSON is the parser's to refuse. */
function fromCommandLine(raw: unknown): unknown {
  if (typeof raw !== "string") return raw;
  try {
    return JSON.parse(raw);
  } catch {
    return raw;
  }
}
