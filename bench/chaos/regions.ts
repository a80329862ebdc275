/** The regions of both fleets. */
export const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"] as const;
