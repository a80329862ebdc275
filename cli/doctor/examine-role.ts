import type { FunctionName } from "../../shared/contract.ts";
import type { RegionName } from "../../shared/units.ts";
import type { Examined } from "./examined.ts";
import { type About, type Finding, unasked, wrong } from "./finding.ts";

/** What each function can't work without. A test compares it with the templates. */
export const NEEDED_ACTIONS: Readonly<Record<FunctionName, readonly string[]>> = {
  plan: [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "events:PutEvents",
  ],
  aggregate: [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
    "events:PutEvents",
  ],
  probe: ["dynamodb:GetItem", "dynamodb:PutItem"],
  publish: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "s3:PutObject"],
};

/** The name of the only policy of a function's role. */
const POLICY = "permissions";

/**
 * Whether the role of a function still has its permissions, as far as they can be read; null if no
 * role is named.
 */
export async function examineRole(
  { ask }: Examined,
  region: RegionName,
  { name, role }: { readonly name: FunctionName; readonly role: unknown },
): Promise<Finding[] | null> {
  const about: About = { region, part: "roles" };
  const [, roleName] = /:role\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(String(role)) ?? [];
  if (roleName === undefined) return null;
  const form = new URLSearchParams({
    ...{ Action: "GetRolePolicy", Version: "2010-05-08" },
    ...{ RoleName: roleName, PolicyName: POLICY },
  });
  const reply = await ask("role", { region, form: form.toString() });
  const todo = `deploy with --revert-drift, so that ${name} gets its permissions back`;
  if (reply.kind === "gone")
    return [wrong(about, `Role ${roleName} of ${name} has no policy "${POLICY}"`, todo)];
  if (reply.kind !== "answer") return [unasked(about, `What ${name} may do`, reply)];
  const granted = allowedIn(reply.text);
  const missing = NEEDED_ACTIONS[name].filter((action) => !granted.has(action));
  if (missing.length === 0) return [];
  return [wrong(about, `Role ${roleName} of ${name} lacks ${missing.join(", ")}`, todo)];
}

/** The actions that the policy in IAM's XML allows; a policy is percent-encoded there. */
function allowedIn(xml: string): Set<string> {
  const [, encoded = ""] = /<PolicyDocument>([^<]*)<\/PolicyDocument>/.exec(xml) ?? [];
  const { Statement } = parse(encoded);
  const statements: readonly { Effect?: unknown; Action?: unknown }[] = [Statement ?? []].flat();
  return new Set(
    statements
      .filter(({ Effect }) => Effect === "Allow")
      .flatMap(({ Action }) => [Action].flat())
      .filter((action) => typeof action === "string"),
  );
}

function parse(encoded: string): { readonly Statement?: object | object[] } {
  try {
    return { ...JSON.parse(decodeURIComponent(encoded)) };
  } catch {
    return {};
  }
}
