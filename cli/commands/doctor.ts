import { SignedSender } from "../../functions/adapters/signed-request/signed-request.ts";
import { type Command, EXIT, type ExitCode } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption } from "../command/read-option.ts";
import { openAws } from "../doctor/ask-aws.ts";
import { examineFleet } from "../doctor/examine-fleet.ts";
import type { Finding } from "../doctor/finding.ts";
import { joinUnknown } from "../doctor/join-unknown.ts";
import { findingLines } from "../doctor/print-findings.ts";
import { askedHosts, checkEndpoints } from "../fleet/endpoints.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { expectedOf, readCdkJson } from "../fleet/read-cdk-fleet.ts";

/** `synfleet doctor --aws`: asks every part of a deployed fleet. */
export const doctor: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    json: { type: "boolean", about: "Print one JSON object." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "It only reads. After a first deploy give the fleet five minutes. What your credentials may not ask is named with the permission that it needs (docs/operator-policy.md), and all else is asked.",
    "Exit codes: 0 all is well; 1 something is wrong; 3 nothing is wrong as far as is known, but something could not be asked.",
  ],
  run: async (call) => {
    if (!flagOption(call, "aws"))
      throw new UsageError(
        "doctor asks a fleet on AWS: doctor --aws. For one on this machine see health, regions and status.",
      );
    checkEndpoints(call.io.env);
    await new SignedSender().findCredentials();
    const found = await withFleet(call, (open) =>
      examineFleet({
        ...{ open, fleet: open.fleet, nowMs: call.io.now() },
        ask: openAws(call.io.env),
        expected: expectedOf(readCdkJson(call.io.cwd)),
      }),
    );
    const findings = joinUnknown(found, askedHosts(call.io.env));
    const code = codeOf(findings);
    if (flagOption(call, "json"))
      call.io.out(JSON.stringify({ well: code === EXIT.fine, findings }));
    else for (const line of findingLines(findings, call.io.colours)) call.io.out(line);
    return code;
  },
};

function codeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ level }) => level === "wrong")) return EXIT.no;
  return findings.some(({ level }) => level === "unknown") ? EXIT.failed : EXIT.fine;
}
