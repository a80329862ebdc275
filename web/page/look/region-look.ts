/** How a task looks from one region. */
export type RegionLook = "fine" | "some" | "failed" | "none" | "sick";

/** One region's dot. */
export interface SeenFrom {
  readonly region: string;
  readonly look: RegionLook;
}
