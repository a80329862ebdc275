import { ENV } from "../../../shared/contract.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Lambda sets it; one machine has no subnets. */
const LAMBDA_VARIABLE = "AWS_LAMBDA_FUNCTION_NAME";

/** How a connection fails that finds no way. Source: Node's and libuv's error codes; the SDK's handler. */
const NO_WAY = ["TimeoutError", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EAI_AGAIN"];

/**
 * A sentence in place of an error of a connection, for a probe in a VPC that has read nothing yet; null
 * for any other error. A subnet without a way to DynamoDB answers nothing at all.
 */
export function routeFault(error: unknown, environment: Environment): Error | null {
  const { name, code } = Object(error);
  const kind = [name, code].find((known) => NO_WAY.includes(known));
  if (kind === undefined || !isInVpc(environment)) return null;
  return new Error(
    `No route to DynamoDB from this subnet: ${kind}. It needs a gateway endpoint for DynamoDB or a NAT in its route table, and outbound 443 in the security group (docs/deploy.md, "Regions in a VPC")`,
    { cause: error },
  );
}

/** Only a region in a VPC is told about IPv6. */
function isInVpc(environment: Environment): boolean {
  return Boolean(environment[LAMBDA_VARIABLE] && environment[ENV.ipv6]);
}
