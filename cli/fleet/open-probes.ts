import {
  type AwsAnswer,
  SignedSender,
  type SigningKey,
} from "../../functions/adapters/signed-request/signed-request.ts";
import { DataInUseError, findRunningFleet } from "../../local/aws/local-data.ts";
import { functionName } from "../../shared/contract.ts";
import type { Fleet } from "../../shared/plan/plan.ts";
import { type DurationMs, type RegionName, SECOND_MS } from "../../shared/units.ts";
import type { Call } from "../command/command.ts";
import { CliError } from "../command/errors.ts";
import { checkEndpoints, endpointOf } from "./endpoints.ts";
import { placeOf } from "./fleet-options.ts";

/** The probes of a fleet, which can be asked and answer. */
export interface OpenProbes {
  readonly fleet: Fleet;
  /** What Lambda answers for the probe of a region; null if there is no answer within that time. */
  invoke(region: RegionName, event: object, longestMs: DurationMs): Promise<AwsAnswer | null>;
}

/** Regions may be on the other side of the world. */
const CONNECT_MS: DurationMs = 5 * SECOND_MS;

/** Opens the way to the probes of the fleet that a call names, which has to run. */
export async function openProbes(call: Call): Promise<OpenProbes> {
  const place = placeOf(call);
  if (place.kind === "local") return openLocal(place.dir);
  const { fleet } = place;
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_LAMBDA } = call.io.env;
  checkEndpoints({ AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_LAMBDA });
  await new SignedSender().findCredentials();
  return connectProbes({ fleet, endpoint: endpointOf("lambda", call.io.env) });
}

async function openLocal(dir: string): Promise<OpenProbes> {
  const { fleet, functions, credentials } = await findLocal(dir);
  if (functions === null)
    throw new CliError(`The fleet on ${dir} is of an earlier version. Start it again.`);
  return connectProbes({ fleet, endpoint: functions, key: credentials });
}

async function findLocal(dir: string) {
  const running = await findRunningFleet(dir).catch((error: unknown) => {
    throw error instanceof DataInUseError ? new CliError(error.message) : error;
  });
  if (running !== null) return running;
  throw new CliError(
    `No fleet runs on ${dir}. Run npm start first, name its folder with --data DIR, or use --aws for a fleet on AWS.`,
  );
}

/** A fleet, and on one machine where its functions are and what their requests are signed with. */
interface ProbesSetup {
  readonly fleet: Fleet;
  readonly endpoint?: string | undefined;
  readonly key?: SigningKey;
}

/** Source: Lambda API reference, "Invoke", with the invocation type `RequestResponse`. */
function connectProbes({ fleet, endpoint, key }: ProbesSetup): OpenProbes {
  return {
    fleet,
    invoke: (region, event, longestMs) => {
      const patience = { attemptMs: longestMs, longestMs, connectMs: CONNECT_MS };
      return new SignedSender(patience, key).send({
        service: "lambda",
        region,
        path: `/2015-03-31/functions/${functionName(fleet.name, "probe")}/invocations`,
        endpoint,
        headers: {
          "content-type": "application/json",
          "x-amz-invocation-type": "RequestResponse",
        },
        body: JSON.stringify(event),
      });
    },
  };
}
