import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Stack } from "aws-cdk-lib";
import { parseFleetConfig } from "../../cdk/config/parse-fleet-config.ts";
import { fleetStacks } from "../../cdk/fleet-stacks.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly [section: string]: unknown;
}

export interface Synthesized {
  readonly app: App;
  readonly stacks: readonly Stack[];
  /** By stack name. */
  readonly templates: Readonly<Record<string, Template>>;
}

/** Home in Ireland, probes there and in Virginia; nothing optional. */
export const SMALL_FLEET = { regions: ["eu-west-1", { name: "us-east-1", shards: 2 }] };

/** The same, watched by metrics that cost. */
export const WATCHED_FLEET = { ...SMALL_FLEET, watch: "full" };

export const TEN_REGIONS = [
  "eu-west-1",
  "us-east-1",
  "ap-southeast-2",
  "eu-central-1",
  "us-west-2",
  "ap-northeast-1",
  "sa-east-1",
  "ca-central-1",
  "ap-south-1",
  "eu-north-1",
];

export const VPC = {
  subnetIds: ["subnet-0123456789abcdef0"],
  securityGroupIds: ["sg-0123456789abcdef0"],
  allowedPrivateCidrs: ["10.0.0.0/8"],
  ipv6: true,
};

/** What tasks may name; a parameter's path may begin with a slash. */
export const SECRETS = {
  secrets: ["secretsmanager:prod/mail@1", "ssm:token", "ssm:/prod/key"],
  secretKeys: ["mrk-0123456789abcdef0123456789abcdef"],
};

export const EVERYTHING_ON = {
  ...SECRETS,
  name: "all-on",
  watch: "full",
  alertEmail: "ops@example.com",
  rateLimit: "aggressive",
  bursts: true,
  statusPage: {
    title: "Example",
    days: 30,
    tag: "public",
    showHosts: true,
    domainName: "status.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0123-abcd",
  },
  regions: ["eu-west-1", { name: "us-east-1", shards: 2, vpc: VPC }],
  options: {
    eventArchive: true,
    schemaRegistry: true,
    customerManagedKey: true,
    reservedConcurrency: true,
  },
};

const cdkJson = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8"));

/**
 * CDK's own rules take eight seconds of a CPU in each process. The real CLI and `templates.test.ts`
 * have them judge; here they need not each time.
 */
const RULES = "CDK_VALIDATION";
process.env[RULES] = "false";

const outdirs: string[] = [];
process.once("exit", () => {
  for (const outdir of outdirs) rmSync(outdir, { recursive: true, force: true });
});

/** An app as `cdk.json` makes it, whose assembly goes when the process does. */
export function newApp(): App {
  const outdir = mkdtempSync(join(tmpdir(), "synfleet-assembly-"));
  outdirs.push(outdir);
  return new App({ outdir, context: cdkJson.context, analyticsReporting: false });
}

/** The same, judged by CDK's own rules, which fails on a finding. */
export function synthesizeByRules(fleet: object): Synthesized {
  process.env[RULES] = "true";
  try {
    return synthesize(fleet);
  } finally {
    process.env[RULES] = "false";
  }
}

/** A fleet's templates, for no account in particular. */
export function synthesize(fleet: object): Synthesized {
  delete process.env.CDK_DEFAULT_ACCOUNT;
  const app = newApp();
  const stacks = fleetStacks(app, parseFleetConfig(fleet));
  const assembly = app.synth();
  return {
    app,
    stacks,
    templates: Object.fromEntries(
      assembly.stacks.map(({ stackName, template }) => [stackName, template]),
    ),
  };
}

/** The resources of one type in a template. */
export function ofType({ Resources }: Template, type: string): Resource[] {
  return Object.values(Resources).filter((resource) => resource.Type === type);
}

/** Every resource of one type in a fleet. */
export function everyOf({ templates }: Synthesized, type: string): Resource[] {
  return Object.values(templates).flatMap((template) => ofType(template, type));
}
