import { type App, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from "aws-cdk-lib";
import type { FleetConfig } from "./config/fleet-config.ts";
import { ProbeFleetHome } from "./home/probe-fleet-home.ts";
import { FleetLocation } from "./region/fleet-location.ts";
import { ProbeFleetRegion } from "./region/probe-fleet-region.ts";

/**
 * Makes the stacks of a fleet: one for its home, one for each probing region, and one at home for each location. No stack refers to
 * another; they know each other's resources by name.
 */
export function fleetStacks(app: App, fleet: FleetConfig): Stack[] {
  const account = process.env.CDK_DEFAULT_ACCOUNT;
  const inRegion = (region: string) => ({
    env: { region, ...(account === undefined ? {} : { account }) },
    crossRegionReferences: false,
    // The CLI checks the bootstrap version itself, so a template needs no SSM parameter for it.
    synthesizer: new DefaultStackSynthesizer({
      generateBootstrapVersionRule: false,
    }) as IStackSynthesizer,
    tags: { fleet: fleet.name },
  });
  const home = new Stack(app, `${fleet.name}-home`, {
    ...inRegion(fleet.home),
    // The stack of a region holds nothing that home can't write again, and must be easy to take out.
    terminationProtection: fleet.options.terminationProtection,
    description: `Synfleet ${fleet.name}: tasks, plan, summaries and alerts`,
  });
  new ProbeFleetHome(home, "Home", { fleet });
  // A stack that is not in the app can't be destroyed by it.
  const regions = [...fleet.regions, ...fleet.retired].map((region) => {
    const stack = new Stack(app, `${fleet.name}-${region.name}`, {
      ...inRegion(region.name),
      description: `Synfleet ${fleet.name}: probes in ${region.name}`,
    });
    new ProbeFleetRegion(stack, "Region", { fleet, region });
    return stack;
  });
  const locations = fleet.locations.map((location) => {
    const stack = new Stack(app, `${fleet.name}-${location.name}`, {
      ...inRegion(fleet.home),
      description: `Synfleet ${fleet.name}: tables for the agent of ${location.name}`,
    });
    new FleetLocation(stack, "Location", { fleet, location });
    return stack;
  });
  return [home, ...regions, ...locations];
}
