import assert from "node:assert/strict";
import { test } from "node:test";
import { BYTES_PER_GB, MINUTES_PER_MONTH, PRICES, priceOf } from "../../../shared/cost/prices.ts";

const DYNAMODB = "aws.amazon.com/dynamodb/pricing/on-demand";
const PROVISIONED = "aws.amazon.com/dynamodb/pricing/provisioned";
const LAMBDA = "aws.amazon.com/lambda/pricing";
const EVENTBRIDGE = "aws.amazon.com/eventbridge/pricing";
const CLOUDWATCH = "aws.amazon.com/cloudwatch/pricing";
const TRANSFER = "aws.amazon.com/ec2/pricing/on-demand, data transfer";

type Row = readonly [
  name: string,
  dollars: number,
  unit: string,
  per: number,
  source: string,
  year: number,
];

/** The list prices of us-east-1, as their pages had them. */
const ROWS: readonly Row[] = [
  ["dynamodbWrites", 0.625, "million write units", 1_000_000, DYNAMODB, 2025],
  ["dynamodbReads", 0.125, "million read units", 1_000_000, DYNAMODB, 2025],
  ["dynamodbStorage", 0.25, "GB a month", 1, DYNAMODB, 2025],
  ["infrequentWrites", 0.78, "million write units, Standard-IA", 1_000_000, DYNAMODB, 2025],
  ["infrequentReads", 0.155, "million read units, Standard-IA", 1_000_000, DYNAMODB, 2025],
  ["infrequentStorage", 0.1, "GB a month, Standard-IA", 1, DYNAMODB, 2025],
  ["capacityWrites", 0.65, "thousand WCU-hours", 1_000, PROVISIONED, 2026],
  ["capacityReads", 0.13, "thousand RCU-hours", 1_000, PROVISIONED, 2026],
  ["infrequentCapacityWrites", 0.81, "thousand WCU-hours, Standard-IA", 1_000, PROVISIONED, 2025],
  ["infrequentCapacityReads", 0.16, "thousand RCU-hours, Standard-IA", 1_000, PROVISIONED, 2025],
  ["lambdaCompute", 13.3334, "million GB-seconds, arm64", 1_000_000, LAMBDA, 2026],
  ["lambdaRequests", 0.2, "million requests", 1_000_000, LAMBDA, 2026],
  ["scheduler", 1, "million invocations", 1_000_000, EVENTBRIDGE, 2026],
  ["events", 1, "million custom events", 1_000_000, EVENTBRIDGE, 2026],
  ["logs", 0.5, "GB taken in", 1, CLOUDWATCH, 2026],
  ["logStorage", 0.03, "GB a month", 1, CLOUDWATCH, 2026],
  ["metrics", 0.3, "custom metric a month", 1, CLOUDWATCH, 2026],
  ["alarms", 0.1, "alarm a month", 1, CLOUDWATCH, 2026],
  ["dashboards", 3, "dashboard a month", 1, CLOUDWATCH, 2026],
  ["transfer", 0.02, "GB between regions", 1, TRANSFER, 2024],
  ["internet", 0.09, "GB to the internet", 1, TRANSFER, 2024],
  ["secretReads", 0.05, "10,000 calls", 1e4, "aws.amazon.com/secrets-manager/pricing", 2026],
  ["sqsRequests", 0.4, "million requests", 1e6, "aws.amazon.com/sqs/pricing", 2026],
  ["siteWrites", 5, "million PUT requests", 1e6, "aws.amazon.com/s3/pricing", 2026],
];

test("PRICES has every list price with its unit, source and year", () => {
  const rows = Object.entries(PRICES.prices).map(
    ([name, { dollars, unit, per, source, year }]): Row => [name, dollars, unit, per, source, year],
  );
  assert.deepEqual(rows, ROWS);
  assert.deepEqual([PRICES.asOf, PRICES.region], ["2026-11", "us-east-1"]);
});

test("priceOf divides a quantity by the price's unit and multiplies it by the dollars", () => {
  const price = { dollars: 5, unit: "thousand", per: 1_000, source: "a page", year: 2026 };
  assert.equal(priceOf(price, 3_000), 15);
  assert.equal(priceOf(price, 500), 2.5);
  assert.equal(priceOf({ ...price, per: 1 }, 3), 15);
});

test("MINUTES_PER_MONTH is a twelfth of the minutes of 365 days", () => {
  assert.equal(MINUTES_PER_MONTH, 43_800); // 365 × 24 × 60 / 12
});

test("BYTES_PER_GB is 1,024 to the third", () => {
  assert.equal(BYTES_PER_GB, 1_073_741_824);
});
