/** The regions of both fleets that functions probe. */
export const REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"] as const;

/** The location of both fleets, which an agent probes in a process of its own. */
export const LOCATION = "office";

/** Who probes every task. */
export const PLACES = [...REGIONS, LOCATION] as const;
