/** One question to a service of AWS, and the permission that it needs. */
export interface Question {
  readonly action: string;
  /** The name by which it is signed. */
  readonly service: string;
  /** The operation and the version of the JSON protocol; absent where a path is asked for. */
  readonly target?: readonly [operation: string, version: "1.0" | "1.1"];
}

/**
 * All that is asked of AWS beside items of tables; the least policy of an operator has these actions.
 * Sources: the API references of the services.
 */
export const QUESTIONS = {
  table: {
    action: "dynamodb:DescribeTable",
    service: "dynamodb",
    target: ["DynamoDB_20120810.DescribeTable", "1.0"],
  },
  expiry: {
    action: "dynamodb:DescribeTimeToLive",
    service: "dynamodb",
    target: ["DynamoDB_20120810.DescribeTimeToLive", "1.0"],
  },
  backups: {
    action: "dynamodb:DescribeContinuousBackups",
    service: "dynamodb",
    target: ["DynamoDB_20120810.DescribeContinuousBackups", "1.0"],
  },
  tableLimits: {
    action: "dynamodb:DescribeLimits",
    service: "dynamodb",
    target: ["DynamoDB_20120810.DescribeLimits", "1.0"],
  },
  function: { action: "lambda:GetFunctionConfiguration", service: "lambda" },
  functionLimits: { action: "lambda:GetAccountSettings", service: "lambda" },
  mappings: { action: "lambda:ListEventSourceMappings", service: "lambda" },
  alarms: {
    action: "cloudwatch:DescribeAlarms",
    service: "monitoring",
    target: ["GraniteServiceVersion20100801.DescribeAlarms", "1.0"],
  },
  metrics: {
    action: "cloudwatch:GetMetricData",
    service: "monitoring",
    target: ["GraniteServiceVersion20100801.GetMetricData", "1.0"],
  },
  role: { action: "iam:GetRolePolicy", service: "iam" },
  schedule: { action: "scheduler:GetSchedule", service: "scheduler" },
  queue: {
    action: "sqs:GetQueueAttributes",
    service: "sqs",
    target: ["AmazonSQS.GetQueueAttributes", "1.0"],
  },
  bus: {
    action: "events:DescribeEventBus",
    service: "events",
    target: ["AWSEvents.DescribeEventBus", "1.1"],
  },
  rules: {
    action: "events:ListRules",
    service: "events",
    target: ["AWSEvents.ListRules", "1.1"],
  },
} as const satisfies Readonly<Record<string, Question>>;

/** The name of a question. */
export type QuestionName = keyof typeof QUESTIONS;
