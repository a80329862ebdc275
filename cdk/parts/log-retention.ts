import { RetentionDays } from "aws-cdk-lib/aws-logs";

/** The days that CloudWatch Logs accepts, up to a year: its enum's numbers are days. */
export const LOG_DAYS: readonly number[] = Object.values(RetentionDays)
  .filter((days): days is number => typeof days === "number" && days <= 365)
  .sort((a, b) => a - b);

/** `days` must be one of `LOG_DAYS`; the configuration's parser has seen to it. */
export function logRetention(days: number): RetentionDays {
  if (!LOG_DAYS.includes(days)) throw new Error(`CloudWatch Logs has no retention of ${days} days`);
  return days;
}
