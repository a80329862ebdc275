import type { Call } from "./recording-aws.ts";
import { ofType, type Resource, type Template } from "./synthesize.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** One thing that a role may do: `Allow dynamodb:GetItem on synfleet-tasks`. */
export type Grant = string;

/** Everything that a role may do, one line for each action and resource; and in what other ways it could. */
export function grantsOf(template: Template, role: Resource): Grant[] {
  const { Policies, ManagedPolicyArns, PermissionsBoundary } = role.Properties;
  if (ManagedPolicyArns !== undefined || PermissionsBoundary !== undefined)
    throw new Error("A role of the fleet has no policies but its own");
  const policies = (Policies ?? []) as Policy[];
  return policies.flatMap((policy) => grantsIn(template, policy)).sort();
}

/** The same of the only managed policy of a template. */
export function grantsOfPolicy(template: Template): Grant[] {
  const [policy, ...others] = ofType(template, "AWS::IAM::ManagedPolicy");
  if (policy === undefined || others.length > 0) throw new Error("There is one managed policy");
  return grantsIn(template, policy.Properties as unknown as Policy).sort();
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

function grantsIn(template: Template, { PolicyDocument }: Policy): Grant[] {
  return PolicyDocument.Statement.flatMap((statement) => linesOf(template, statement));
}

/** Whether a grant is for a call, with the keys that it names. */
export function allows(grant: Grant, { action, resource, keys }: Call): boolean {
  const [, granted, place = "", condition] =
    /^Allow (\S+) on (\S+)(?: if (.*))?$/.exec(grant) ?? [];
  const arnEnds = [`:table/${resource}`, `:function:${resource}`];
  const isNamed = patternOf(place).test(resource) || arnEnds.some((end) => place.endsWith(end));
  if (granted !== action || !isNamed) return false;
  if (condition === undefined) return true;
  const [patterns = []] = Object.values(JSON.parse(condition)).flatMap((test) =>
    Object.values(test as object),
  );
  const allowed = [patterns].flat().map((pattern) => patternOf(String(pattern)));
  return keys.length > 0 && keys.every((key) => allowed.some((pattern) => pattern.test(key)));
}

function linesOf(template: Template, statement: Statement): Grant[] {
  const resources = listOf(statement.Resource).map((resource) => nameOf(template, resource));
  const condition =
    statement.Condition === undefined ? "" : ` if ${JSON.stringify(statement.Condition)}`;
  return listOf(statement.Action).flatMap((action) =>
    resources.map((resource) => `${statement.Effect} ${action} on ${resource}${condition}`),
  );
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T];
}

/** A resource as its physical name, an ARN as text. */
function nameOf(template: Template, value: unknown): string {
  if (typeof value === "string") return value;
  const { "Fn::GetAtt": attribute, "Fn::Join": join, Ref } = value as Record<string, unknown>;
  if (Array.isArray(attribute)) return physicalName(template, String(attribute[0]));
  if (Array.isArray(join))
    return (join[1] as unknown[]).map((part) => nameOf(template, part)).join("");
  return String(Ref);
}

function physicalName({ Resources }: Template, id: string): string {
  const { TableName, FunctionName, LogGroupName, Name } = Resources[id]?.Properties ?? {};
  return String(
    TableName ?? FunctionName ?? LogGroupName ?? Name ?? id.replace(/[0-9A-F]{8}$/, ""),
  );
}

/** The roles of a template by their description. */
export function rolesOf({ Resources }: Template): Map<string, Resource> {
  const roles = Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role");
  return new Map(roles.map((role) => [String(role.Properties.Description), role]));
}

/** `*` is any text in IAM's patterns, and `?` any character. */
function patternOf(text: string): RegExp {
  const parts = text.split(/([*?])/);
  const source = parts.map((part) => WILDCARDS[part] ?? part.replace(/[.+^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(`^${source.join("")}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = { "*": ".*", "?": "." };
