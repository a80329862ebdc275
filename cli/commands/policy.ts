import { type Command, EXIT } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption } from "../command/read-option.ts";
import { FLEET_OPTIONS, placeOf } from "../fleet/fleet-options.ts";
import { hasOwnKey, readCdkJson } from "../fleet/read-cdk-fleet.ts";
import { operatorPolicy } from "../policy/operator-policy.ts";

/** `synfleet policy --aws`: the least IAM policy of an operator. */
export const policy: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    write: {
      type: "boolean",
      about: "Also for tasks apply, plan, silence, ack, maintenance and check --everywhere.",
    },
    json: { type: "boolean", about: "Print it in one line." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "It prints the policy and asks nothing of AWS. Any account is meant: the policy is attached in the fleet's own.",
    "Exit codes: 0 fine.",
  ],
  run: async (call) => {
    const place = placeOf(call);
    if (place.kind !== "aws") throw new UsageError("policy is about a fleet on AWS: policy --aws.");
    const writes = flagOption(call, "write");
    const hasKey = hasOwnKey(readCdkJson(call.io.cwd));
    const indent = flagOption(call, "json") ? 0 : 2;
    call.io.out(JSON.stringify(operatorPolicy(place.fleet, { writes, hasKey }), null, indent));
    return EXIT.fine;
  },
};
