import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { NEEDED_ACTIONS } from "../../../cli/doctor/examine-role.ts";
import type { FunctionName } from "../../../shared/contract.ts";
import { closeAtOnce, openOnLoopback } from "../../fakes/loopback.ts";

/** What a question gets: a status and a body. */
export interface Told {
  readonly status: number;
  readonly body: object | string;
}

/** `region question name`, e.g. `eu-west-1 DescribeTable test-tasks`. */
type Asked = string;

/** An AWS on loopback that says that all is well, unless a test says otherwise. */
export class FakeAws {
  readonly asked: Asked[] = [];
  /** By what is asked; the name may be left out. */
  readonly told = new Map<Asked, Told>();
  /** JSON of the regions that home's functions know. */
  regions = "[]";
  memoryMb = 128;
  /** The URL of the queue that brings probes the next burst. */
  burstQueue = "";
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  listen(): Promise<string> {
    return openOnLoopback(this.#server);
  }

  close(): Promise<void> {
    return closeAtOnce(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, region = ""] =
      /Credential=[^/]+\/\d+\/([\w-]+)/.exec(`${request.headers.authorization}`) ?? [];
    const [question, name] = questionIn(request, body);
    const key = `${region} ${question} ${name}`;
    this.asked.push(key);
    const told = this.told.get(key) ??
      this.told.get(`${region} ${question}`) ?? { status: 200, body: this.#usual(question, name) };
    const said = typeof told.body === "string" ? told.body : JSON.stringify(told.body);
    response.writeHead(told.status).end(said);
  }

  #usual(question: string, name: string): object | string {
    const own = name.replace(/^.*-/, "") as FunctionName;
    const Timeout = own === "probe" ? 180 : 50;
    const Variables = {
      SYNFLEET_FLEET: "test",
      SYNFLEET_HOME: "eu-west-1",
      SYNFLEET_REGIONS: this.regions,
      SYNFLEET_BURST_QUEUE: this.burstQueue,
    };
    const answers: Readonly<Record<string, object | string>> = {
      DescribeTable: {
        Table: {
          TableStatus: "ACTIVE",
          // Of a large fleet, this one is provisioned.
          ...(name !== "test-summaries" && {
            BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
          }),
        },
      },
      DescribeTimeToLive: {
        TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "expires_at" },
      },
      DescribeContinuousBackups: {
        ContinuousBackupsDescription: {
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED" },
        },
      },
      DescribeLimits: { TableMaxWriteCapacityUnits: 40_000 },
      GetFunctionConfiguration: {
        State: "Active",
        LastUpdateStatus: "Successful",
        MemorySize: this.memoryMb,
        Timeout,
        Role: `arn:aws:iam::123456789012:role/r-${own}`,
        Environment: { Variables },
      },
      GetAccountSettings: { AccountLimit: { ConcurrentExecutions: 1_000 } },
      GetMetricData: { MetricDataResults: [] },
      GetRolePolicy: policyXml(NEEDED_ACTIONS[own] ?? []),
      GetSchedule: {
        State: "ENABLED",
        ScheduleExpression: "rate(1 minute)",
        Target: { DeadLetterConfig: { Arn: "arn:aws:sqs:eu-west-1:123456789012:undelivered" } },
      },
      GetQueueAttributes: { Attributes: { ApproximateNumberOfMessages: "0" } },
      DescribeEventBus: { Name: "test" },
      DescribeAlarms: {
        MetricAlarms: name.split(",").map((AlarmName) => ({ AlarmName, StateValue: "OK" })),
      },
      ListRules: { Rules: [{ Name: "mail", State: "ENABLED" }] },
    };
    return answers[question] ?? {};
  }
}

/** IAM's answer, with a policy of these actions. */
export function policyXml(actions: readonly string[]): string {
  const policy = { Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] };
  const document = encodeURIComponent(JSON.stringify(policy));
  return `<R><GetRolePolicyResult><PolicyDocument>${document}</PolicyDocument></GetRolePolicyResult></R>`;
}

function questionIn({ headers, url = "" }: IncomingMessage, body: string): [string, string] {
  const target = headers["x-amz-target"];
  if (typeof target === "string") {
    const asked = JSON.parse(body);
    const name =
      asked.TableName ??
      asked.Name ??
      asked.EventBusName ??
      asked.AlarmNames?.join() ??
      queueIn(asked) ??
      functionIn(asked) ??
      "";
    return [target.replace(/^.*\./, ""), name];
  }
  const [, whole] = /\/functions\/([\w-]+)\//.exec(url) ?? [];
  if (whole !== undefined) return ["GetFunctionConfiguration", whole];
  const [, schedule] = /\/schedules\/([\w-]+)$/.exec(url) ?? [];
  if (schedule !== undefined) return ["GetSchedule", schedule];
  const [, mapped] = /\/event-source-mappings\?FunctionName=([\w-]+)$/.exec(url) ?? [];
  if (mapped !== undefined) return ["ListEventSourceMappings", mapped];
  if (url.includes("account-settings")) return ["GetAccountSettings", ""];
  return ["GetRolePolicy", new URLSearchParams(body).get("RoleName") ?? ""];
}

function queueIn({ QueueUrl }: { QueueUrl?: unknown }): string | undefined {
  return typeof QueueUrl === "string" ? QueueUrl.replace(/^.*\//, "") : undefined;
}

function functionIn({ MetricDataQueries }: { MetricDataQueries?: unknown }): string | undefined {
  return /"Value":"([\w-]+)"/.exec(JSON.stringify(MetricDataQueries ?? ""))?.[1];
}
