/** One list price: US dollars for a unit. */
export interface Price {
  readonly dollars: number;
  /** What the dollars buy. */
  readonly unit: string;
  /** How many of what is counted make one unit. */
  readonly per: number;
  /** The AWS page that lists it. */
  readonly source: string;
  /** The year in which the figure was last seen there, or in a published account of that page. */
  readonly year: number;
}

/** What the fleet is billed for. */
export type PriceName =
  | "dynamodbWrites"
  | "dynamodbReads"
  | "dynamodbStorage"
  | "infrequentWrites"
  | "infrequentReads"
  | "infrequentStorage"
  | "capacityWrites"
  | "capacityReads"
  | "infrequentCapacityWrites"
  | "infrequentCapacityReads"
  | "lambdaCompute"
  | "lambdaRequests"
  | "scheduler"
  | "events"
  | "logs"
  | "logStorage"
  | "metrics"
  | "alarms"
  | "dashboards"
  | "transfer"
  | "internet"
  | "secretReads"
  | "siteWrites"
  | "sqsRequests";

/** Prices by name, and where and when they were looked up. */
export interface PriceTable {
  /** The month in which the table was made. */
  readonly asOf: string;
  readonly region: string;
  readonly prices: Readonly<Record<PriceName, Price>>;
}

/**
 * List prices of us-east-1, first tier, without free allowances, discounts or tax; most
 * other regions cost more. DynamoDB's request prices are those since 1 November 2024, when they were
 * halved. Pages change: before a decision depends on a price, look it up at its source.
 */
export const PRICES: PriceTable = {
  asOf: "2026-11",
  region: "us-east-1",
  prices: {
    dynamodbWrites: {
      dollars: 0.625,
      unit: "million write units",
      per: 1e6,
      source: "aws.amazon.com/dynamodb/pricing/on-demand",
      year: 2025,
    },
    dynamodbReads: {
      dollars: 0.125,
      unit: "million read units",
      per: 1e6,
      source: "aws.amazon.com/dynamodb/pricing/on-demand",
      year: 2025,
    },
    dynamodbStorage: {
      dollars: 0.25,
      unit: "GB a month",
      per: 1,
      source: "aws.amazon.com/dynamodb/pricing/on-demand",
      year: 2025,
    },
    infrequentWrites: {
      dollars: 0.78,
      unit: "million write units, Standard-IA",
      per: 1e6,
      source: "aws.amazon.com/dynamodb/pricing/on-demand",
      year: 2025,
    },
    infrequentReads: {
      dollars: 0.155,
      unit: "million read units, Standard-IA",
      per: 1e6,
      source: "aws.amazon.com/dynamodb/pricing/on-demand",
      year: 2025,
    },
    infrequentStorage: {
      dollars: 0.1,
      unit: "GB a month, Standard-IA",
      per: 1,
      source: "aws.amazon.com/dynamodb/pricing/on-demand",
      year: 2025,
    },
    capacityWrites: {
      dollars: 0.65,
      unit: "thousand WCU-hours",
      per: 1e3,
      source: "aws.amazon.com/dynamodb/pricing/provisioned",
      year: 2026,
    },
    capacityReads: {
      dollars: 0.13,
      unit: "thousand RCU-hours",
      per: 1e3,
      source: "aws.amazon.com/dynamodb/pricing/provisioned",
      year: 2026,
    },
    infrequentCapacityWrites: {
      dollars: 0.81,
      unit: "thousand WCU-hours, Standard-IA",
      per: 1e3,
      source: "aws.amazon.com/dynamodb/pricing/provisioned",
      year: 2025,
    },
    infrequentCapacityReads: {
      dollars: 0.16,
      unit: "thousand RCU-hours, Standard-IA",
      per: 1e3,
      source: "aws.amazon.com/dynamodb/pricing/provisioned",
      year: 2025,
    },
    lambdaCompute: {
      dollars: 13.3334,
      unit: "million GB-seconds, arm64",
      per: 1e6,
      source: "aws.amazon.com/lambda/pricing",
      year: 2026,
    },
    lambdaRequests: {
      dollars: 0.2,
      unit: "million requests",
      per: 1e6,
      source: "aws.amazon.com/lambda/pricing",
      year: 2026,
    },
    scheduler: {
      dollars: 1,
      unit: "million invocations",
      per: 1e6,
      source: "aws.amazon.com/eventbridge/pricing",
      year: 2026,
    },
    events: {
      dollars: 1,
      unit: "million custom events",
      per: 1e6,
      source: "aws.amazon.com/eventbridge/pricing",
      year: 2026,
    },
    logs: {
      dollars: 0.5,
      unit: "GB taken in",
      per: 1,
      source: "aws.amazon.com/cloudwatch/pricing",
      year: 2026,
    },
    logStorage: {
      dollars: 0.03,
      unit: "GB a month",
      per: 1,
      source: "aws.amazon.com/cloudwatch/pricing",
      year: 2026,
    },
    metrics: {
      dollars: 0.3,
      unit: "custom metric a month",
      per: 1,
      source: "aws.amazon.com/cloudwatch/pricing",
      year: 2026,
    },
    alarms: {
      dollars: 0.1,
      unit: "alarm a month",
      per: 1,
      source: "aws.amazon.com/cloudwatch/pricing",
      year: 2026,
    },
    dashboards: {
      dollars: 3,
      unit: "dashboard a month",
      per: 1,
      source: "aws.amazon.com/cloudwatch/pricing",
      year: 2026,
    },
    transfer: {
      dollars: 0.02,
      unit: "GB between regions",
      per: 1,
      source: "aws.amazon.com/ec2/pricing/on-demand, data transfer",
      year: 2024,
    },
    internet: {
      dollars: 0.09,
      unit: "GB to the internet",
      per: 1,
      source: "aws.amazon.com/ec2/pricing/on-demand, data transfer",
      year: 2024,
    },
    secretReads: {
      dollars: 0.05,
      unit: "10,000 calls",
      per: 1e4,
      source: "aws.amazon.com/secrets-manager/pricing",
      year: 2026,
    },
    sqsRequests: {
      dollars: 0.4,
      unit: "million requests",
      per: 1e6,
      source: "aws.amazon.com/sqs/pricing",
      year: 2026,
    },
    siteWrites: {
      dollars: 5,
      unit: "million PUT requests",
      per: 1e6,
      source: "aws.amazon.com/s3/pricing",
      year: 2026,
    },
  },
};

/** What a quantity costs, in dollars. */
export function priceOf(price: Price, quantity: number): number {
  return (quantity / price.per) * price.dollars;
}

/** One line of a monthly bill. */
export interface CostLine {
  readonly service: string;
  readonly what: string;
  readonly price: PriceName;
  /** In what the price counts: units, requests, GB. */
  readonly quantity: number;
  readonly dollars: number;
}

/** A line before it is priced. */
export type Quantity = Omit<CostLine, "dollars">;

/** An average month: 365 days by 12. */
export const MINUTES_PER_MONTH = 43_800;

/** An average month. */
export const HOURS_PER_MONTH = MINUTES_PER_MONTH / 60;

/** Megabytes of memory that AWS bills as one GB. */
export const MB_PER_GB = 1_024;

/** Bytes that AWS bills as one GB. */
export const BYTES_PER_GB = 1_073_741_824;
