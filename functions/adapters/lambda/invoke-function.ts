import { ENV, functionName } from "../../../shared/contract.ts";
import type { FunctionInvoker } from "../../ports/function-invoker.ts";
import { SignedSender } from "../signed-request/signed-request.ts";

/** Lambda has put the event into the function's queue. */
const ACCEPTED = 202;

/** A variable of the SDK's own: where Lambda is, instead of its endpoint in each region. */
const ENDPOINT = "AWS_ENDPOINT_URL_LAMBDA";

/**
 * Opens the way to the functions of a fleet; null if the deployment says that no function may invoke
 * another.
 */
export function openInvoker(
  fleet: string,
  environment: Readonly<Record<string, string | undefined>>,
): FunctionInvoker | null {
  if (environment[ENV.hints] === "off") return null;
  return createFunctionInvoker(fleet, environment);
}

/**
 * Invokes the fleet's functions asynchronously, by their names. A client for Lambda would be a quarter
 * of the bundle (docs/decisions/0030). A second delivery does no harm.
 * Source: Lambda API reference, "Invoke", with the invocation type `Event`.
 */
function createFunctionInvoker(
  fleet: string,
  environment: Parameters<typeof openInvoker>[1],
): FunctionInvoker {
  const sender = new SignedSender();
  return {
    async invoke({ region, function: name }, event) {
      const answer = await sender.send({
        service: "lambda",
        region,
        path: `/2015-03-31/functions/${functionName(fleet, name)}/invocations`,
        endpoint: environment[ENDPOINT],
        headers: { "content-type": "application/json", "x-amz-invocation-type": "Event" },
        body: JSON.stringify(event),
      });
      return answer?.statusCode === ACCEPTED ? "accepted" : "failed";
    },
  };
}
