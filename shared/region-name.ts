/** AWS region codes, and any label of the kind on one machine: the SDK makes a host name of it. */
const REGION_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What a region's name must be, in words. */
export const REGION_NAME_RULE = "1 to 63 lower-case letters, digits and inner hyphens";

/** Whether a text can be the name of a region, in a fleet and in a task alike. */
export function isRegionName(value: unknown): value is string {
  return typeof value === "string" && REGION_NAME.test(value);
}
