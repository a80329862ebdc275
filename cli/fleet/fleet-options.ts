import { DEFAULT_DATA_DIR } from "../../local/aws/local-data.ts";
import { type Fleet, type FleetRegion, parseFleet } from "../../shared/plan/plan.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import { readCdkFleet, readCdkJson } from "./read-cdk-fleet.ts";

/** Options of every command that reads or writes data: where the data is. */
export const FLEET_OPTIONS: Options = {
  data: {
    type: "string",
    value: "DIR",
    about: `The local data, as \`npm start\` keeps it (default ${DEFAULT_DATA_DIR}).`,
  },
  aws: { type: "boolean", about: "The fleet on AWS instead, by your usual credentials." },
  fleet: { type: "string", value: "NAME", about: "With --aws: its name (else from cdk.json)." },
  home: { type: "string", value: "REGION", about: "With --aws: its home region." },
  regions: {
    type: "string",
    value: "A,B:2",
    about: "With --aws: its probing regions, with the number of shards where not 1.",
  },
};

/** Where the data of a call is: in a folder of this machine, or on AWS. */
export type Place =
  | { readonly kind: "local"; readonly dir: string }
  | { readonly kind: "aws"; readonly fleet: Fleet };

/** Reads a call's place from its options and, for AWS, the project's `cdk.json`; throws UsageError if they contradict each other. */
export function placeOf(call: Call): Place {
  if (flagOption(call, "aws")) return { kind: "aws", fleet: awsFleetOf(call) };
  for (const name of ["fleet", "home", "regions"]) {
    if (textOption(call, name) !== null) throw new UsageError(`--${name} goes with --aws only.`);
  }
  return { kind: "local", dir: textOption(call, "data") ?? DEFAULT_DATA_DIR };
}

function awsFleetOf(call: Call): Fleet {
  if (textOption(call, "data") !== null) throw new UsageError("--data does not go with --aws.");
  const described = readCdkFleet(readCdkJson(call.io.cwd));
  const listed = textOption(call, "regions");
  const regions = listed === null ? described?.regions : parseRegions(listed);
  const home = textOption(call, "home") ?? described?.home;
  const name = textOption(call, "fleet") ?? described?.name;
  if (name === undefined || home === undefined || regions === undefined) {
    throw new UsageError(
      "--aws needs --fleet, --home and --regions where no cdk.json here has them in its context key fleet.",
    );
  }
  const retired = listed === null ? (described?.retired ?? []) : [];
  const fleet = checkFleet({ name, home, regions });
  return retired.length > 0 ? { ...fleet, retired } : fleet;
}

/** The fleet as it is; throws UsageError if a deployment would refuse it. */
export function checkFleet({ name, home, regions }: Fleet): Fleet {
  try {
    return parseFleet({ fleet: name, home, regions: JSON.stringify(regions) });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Parses the form of `--regions`, e.g. `eu-west-1,us-east-1:2`; throws UsageError for any other. */
export function listRegions(listed: string): { name: string; shards?: number }[] {
  return listed.split(",").map((word) => {
    const match = /^([a-z]{2}(?:-[a-z]+)+-\d)(?::(\d{1,9}))?$/.exec(word.trim());
    if (match === null) {
      throw new UsageError(`--regions must be like eu-west-1,us-east-1:2, is "${listed}".`);
    }
    const [, name = "", shards] = match;
    return shards === undefined ? { name } : { name, shards: Number(shards) };
  });
}

function parseRegions(listed: string): FleetRegion[] {
  return listRegions(listed).map((region) => ({ shards: 1, ...region, vpc: false, ipv6: false }));
}
