import assert from "node:assert/strict";
import { test } from "node:test";
import { NEEDED_ACTIONS } from "../../cli/doctor/examine-role.ts";
import { type Grant, grantsOf, rolesOf } from "./grants-of.ts";
import {
  EVERYTHING_ON,
  ofType,
  SECRETS,
  SMALL_FLEET,
  synthesize,
  type Template,
} from "./synthesize.ts";

const { templates } = synthesize(SMALL_FLEET);
const everythingOn = synthesize(EVERYTHING_ON).templates;

function inEachRegion(action: string, table: string): Grant[] {
  return ["eu-west-1", "us-east-1"].map(
    (region) =>
      `Allow dynamodb:${action} on arn:aws:dynamodb:${region}:AWS::AccountId:table/synfleet-${table}-${region}`,
  );
}

function onKeys(...keys: string[]): string {
  return `if ${JSON.stringify({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": keys } })}`;
}

function ownLog(name: string): Grant[] {
  return [
    `Allow logs:CreateLogStream on /aws/lambda/${name}`,
    `Allow logs:PutLogEvents on /aws/lambda/${name}`,
  ];
}

const PUBLISH =
  'Allow events:PutEvents on synfleet if {"StringEquals":{"events:source":"synfleet"}}';

/** By its name, in whichever region. */
function mayInvoke(region: string, name: string): Grant {
  return `Allow lambda:InvokeFunction on arn:aws:lambda:${region}:AWS::AccountId:function:${name}`;
}

function probeGrants(fleet: string, region: string): Grant[] {
  return [
    `Allow dynamodb:GetItem on ${fleet}-plans-${region}`,
    `Allow dynamodb:GetItem on ${fleet}-results-${region} ${onKeys("lease#*")}`,
    `Allow dynamodb:PutItem on ${fleet}-results-${region}`,
    mayInvoke("eu-west-1", `${fleet}-aggregate`),
    ...ownLog(`${fleet}-probe`),
  ];
}

/** The secrets of `SECRETS`, in the role's own region. */
function secretGrants(region: string): Grant[] {
  const place = `${region}:AWS::AccountId`;
  const through = ["secretsmanager", "ssm"].map((name) => `${name}.${region}.amazonaws.com`);
  return [
    `Allow secretsmanager:GetSecretValue on arn:aws:secretsmanager:${place}:secret:prod/mail@1-??????`,
    `Allow ssm:GetParameter on arn:aws:ssm:${place}:parameter/token`,
    `Allow ssm:GetParameter on arn:aws:ssm:${place}:parameter/prod/key`,
    `Allow kms:Decrypt on arn:aws:kms:${place}:key/mrk-0123456789abcdef0123456789abcdef if ${JSON.stringify(
      { StringEquals: { "kms:ViaService": through } },
    )}`,
  ];
}

/** The function sends; its event source does the rest in its name. */
const BURST_ACTIONS = ["SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"];

/** All that each role of a fleet may do. A line more or less is a decision: change it here too. */
const GRANTS: Readonly<Record<string, Readonly<Record<string, readonly Grant[]>>>> = {
  "synfleet-home": {
    "Runs synfleet-plan": [
      "Allow dynamodb:Scan on synfleet-tasks",
      "Allow dynamodb:Query on synfleet-settings",
      "Allow dynamodb:DeleteItem on synfleet-task-status",
      "Allow dynamodb:GetItem on synfleet-task-status",
      "Allow dynamodb:PutItem on synfleet-task-status",
      "Allow dynamodb:Scan on synfleet-task-status",
      ...inEachRegion("GetItem", "plans"),
      ...inEachRegion("PutItem", "plans"),
      PUBLISH,
      ...ownLog("synfleet-plan"),
    ],
    "Runs synfleet-aggregate": [
      ...inEachRegion("GetItem", "plans"),
      ...inEachRegion("GetItem", "results"),
      ...inEachRegion("Query", "results"),
      "Allow dynamodb:Query on synfleet-settings",
      "Allow dynamodb:BatchGetItem on synfleet-summaries",
      "Allow dynamodb:GetItem on synfleet-summaries",
      "Allow dynamodb:PutItem on synfleet-summaries",
      "Allow dynamodb:Query on synfleet-summaries",
      "Allow dynamodb:GetItem on synfleet-alerts",
      "Allow dynamodb:PutItem on synfleet-alerts",
      `Allow dynamodb:Query on synfleet-alerts ${onKeys("state#*", "hint#*")}`,
      `Allow dynamodb:BatchWriteItem on synfleet-alerts ${onKeys("event#*")}`,
      `Allow dynamodb:DeleteItem on synfleet-alerts ${onKeys("fleet")}`,
      `Allow dynamodb:UpdateItem on synfleet-alerts ${onKeys("fleet")}`,
      `${mayInvoke("*", "synfleet-probe")} if ${JSON.stringify({
        StringEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] },
      })}`,
      PUBLISH,
      ...ownLog("synfleet-aggregate"),
    ],
    "Invokes the fleet's functions once a minute": [
      "Allow lambda:InvokeFunction on synfleet-aggregate",
      "Allow lambda:InvokeFunction on synfleet-plan",
      "Allow sqs:SendMessage on HomeSchedulesUndelivered",
    ],
  },
  ...Object.fromEntries(
    ["eu-west-1", "us-east-1"].map((region) => [
      `synfleet-${region}`,
      {
        "Runs synfleet-probe": probeGrants("synfleet", region),
        "Invokes the fleet's functions once a minute": [
          "Allow lambda:InvokeFunction on synfleet-probe",
          "Allow sqs:SendMessage on RegionSchedulesUndelivered",
        ],
      },
    ]),
  ),
};

function grantsIn(template: Template): Record<string, Grant[]> {
  const roles = [...rolesOf(template)];
  return Object.fromEntries(roles.map(([runs, role]) => [runs, grantsOf(template, role)]));
}

for (const [stack, roles] of Object.entries(GRANTS))
  test(`${stack} has these roles and no other, and each may do exactly this`, () => {
    const template = templates[stack];
    assert.ok(template);
    const wanted = Object.entries(roles).map(([runs, grants]) => [runs, [...grants].sort()]);
    assert.deepEqual(grantsIn(template), Object.fromEntries(wanted));
  });

test("every stack of the fleet has its permissions listed", () => {
  assert.deepEqual(Object.keys(templates).sort(), Object.keys(GRANTS).sort());
});

test("a VPC lets Lambda make the probe's interfaces, but not the probe's code", () => {
  const template = everythingOn["all-on-us-east-1"];
  assert.ok(template);
  const grants = grantsIn(template)["Runs all-on-probe"] ?? [];
  const actions = [
    "AssignPrivateIpAddresses",
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "UnassignPrivateIpAddresses",
  ];
  const byCode = `if ${JSON.stringify({
    ArnEquals: {
      "lambda:SourceFunctionArn": {
        "Fn::Join": [
          "",
          ["arn:aws:lambda:us-east-1:", { Ref: "AWS::AccountId" }, ":function:all-on-probe"],
        ],
      },
    },
  })}`;
  const wanted = [
    ...probeGrants("all-on", "us-east-1"),
    ...secretGrants("us-east-1"),
    ...BURST_ACTIONS.map((action) => `Allow sqs:${action} on RegionBurstsQueue`),
    ...actions.map((action) => `Allow ec2:${action} on *`),
    ...actions.map((action) => `Deny ec2:${action} on * ${byCode}`),
  ];
  assert.deepEqual(grants, wanted.sort());
});

test("a probe reads exactly the listed secrets of its own region, and home reads none", () => {
  const { templates: own } = synthesize({ ...SMALL_FLEET, ...SECRETS });
  for (const [stack, template] of Object.entries(own)) {
    const grants = Object.values(grantsIn(template)).flat();
    const found = grants.filter((grant) => /secretsmanager:|ssm:|kms:/.test(grant));
    const region = stack.replace("synfleet-", "");
    assert.deepEqual(found, region === "home" ? [] : secretGrants(region).sort());
  }
  const { templates: keyOnly } = synthesize({ ...SMALL_FLEET, secretKeys: SECRETS.secretKeys });
  assert.doesNotMatch(JSON.stringify(keyOnly), /kms:Decrypt/);
});

test("home's aggregate reads the one secret that says where its dead man is, and knows no other part of it", () => {
  const { templates: own } = synthesize({ ...SMALL_FLEET, deadMan: "ssm:/fleet/dead-man" });
  for (const [stack, template] of Object.entries(own)) {
    const roles = Object.entries(grantsIn(template)).map(([role, grants]) => [
      role,
      grants.filter((grant) => /secretsmanager:|ssm:|kms:/.test(grant)),
    ]);
    const wanted = roles.map(([role]) => [
      role,
      role === "Runs synfleet-aggregate"
        ? [
            "Allow ssm:GetParameter on arn:aws:ssm:eu-west-1:AWS::AccountId:parameter/fleet/dead-man",
          ]
        : [],
    ]);
    assert.deepEqual(roles, wanted, stack);
    for (const { Properties } of ofType(template, "AWS::Lambda::Function")) {
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      const isTold = String(Properties.FunctionName).endsWith("-aggregate");
      assert.equal(Variables.SYNFLEET_DEAD_MAN, isTold ? "ssm:/fleet/dead-man" : undefined);
    }
  }
});

test("publish reads what it shows and writes one bucket; nobody else writes it or reads more", () => {
  const { templates: own } = synthesize({ ...SMALL_FLEET, statusPage: true });
  const home = own["synfleet-home"];
  assert.ok(home);
  const { "Runs synfleet-publish": publish, ...others } = grantsIn(home);
  assert.deepEqual(
    publish,
    [
      "Allow dynamodb:Scan on synfleet-tasks",
      "Allow dynamodb:Scan on synfleet-task-status",
      "Allow dynamodb:Query on synfleet-settings",
      ...["summaries", "alerts"].flatMap((table) => [
        `Allow dynamodb:GetItem on synfleet-${table}`,
        `Allow dynamodb:Query on synfleet-${table}`,
      ]),
      ...inEachRegion("GetItem", "plans"),
      "Allow s3:PutObject on HomeStatusPageSite/*",
      ...ownLog("synfleet-publish"),
    ].sort(),
  );
  for (const [name, actions] of Object.entries(NEEDED_ACTIONS))
    for (const action of actions) {
      const grants = grantsIn(own[`synfleet-${name === "probe" ? "eu-west-1" : "home"}`] ?? home);
      const granted = (grants[`Runs synfleet-${name}`] ?? []).join("\n");
      assert.match(granted, new RegExp(`Allow ${action} on`), `doctor asks for ${name}'s actions`);
    }
  const { "Invokes the fleet's functions once a minute": schedule = [], ...rest } = others;
  assert.ok(schedule.includes("Allow lambda:InvokeFunction on synfleet-publish"));
  const { "Invokes the fleet's functions once a minute": before = [], ...restBefore } = grantsIn(
    templates["synfleet-home"] ?? assert.fail(),
  );
  assert.equal(schedule.length, before.length + 1);
  assert.deepEqual(rest, restBefore);
});

test("with hints off no function may invoke another, and each is told so", () => {
  const { templates: quiet } = synthesize({ ...SMALL_FLEET, options: { hints: false } });
  const mayInvoke = Object.values(quiet).flatMap((template) =>
    Object.entries(grantsIn(template)).flatMap(([role, grants]) =>
      grants.some((grant) => grant.includes("lambda:InvokeFunction")) ? role : [],
    ),
  );
  assert.deepEqual([...new Set(mayInvoke)], ["Invokes the fleet's functions once a minute"]);
  for (const template of Object.values(quiet)) {
    for (const { Properties } of ofType(template, "AWS::Lambda::Function")) {
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      assert.equal(Variables.SYNFLEET_HINTS, "off");
    }
  }
});

for (const [what, stacks] of Object.entries({ "nothing optional": templates, everythingOn }))
  test(`no policy stands outside its role with ${what}`, () => {
    const types = Object.values(stacks).flatMap(({ Resources }) =>
      Object.values(Resources).map(({ Type }) => Type),
    );
    const others = types.filter((type) => /^AWS::IAM::(?!Role$)|Permission$/.test(type));
    assert.deepEqual(others, []);
  });

test("roles are assumed by Lambda and by this account's schedules only", () => {
  const principals = Object.values(templates).flatMap((template) =>
    [...rolesOf(template).values()].map(({ Properties }) => {
      const { Statement } = Properties.AssumeRolePolicyDocument as { Statement: object[] };
      return JSON.stringify(Statement);
    }),
  );
  const assume = (service: string, condition: object) =>
    JSON.stringify([
      { Action: "sts:AssumeRole", ...condition, Effect: "Allow", Principal: { Service: service } },
    ]);
  const ours = { Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } };
  assert.deepEqual([...new Set(principals)].sort(), [
    assume("scheduler.amazonaws.com", ours),
    assume("lambda.amazonaws.com", {}),
  ]);
});
