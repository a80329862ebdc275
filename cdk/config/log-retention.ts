import { RetentionDays } from "aws-cdk-lib/aws-logs";

/** The retention times, in days, that CloudWatch Logs accepts, up to a year. */
export const LOG_DAYS: readonly number[] = Object.values(RetentionDays)
  .filter((days): days is number => typeof days === "number" && days <= 365)
  .sort((a, b) => a - b);

/** Days as CDK's enum, whose numbers are days; throws if `days` is not one of `LOG_DAYS`. */
export function logRetention(days: number): RetentionDays {
  if (!LOG_DAYS.includes(days)) throw new Error(`CloudWatch Logs has no retention of ${days} days`);
  return days;
}
