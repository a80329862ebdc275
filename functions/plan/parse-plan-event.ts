/** What a run is asked for. */
export interface PlanOrder {
  /** Plan even where that drops most tasks, or replaces a plan that can't be read. */
  readonly force: boolean;
}

/** Reads what invoked the function. Schedulers send fields of their own: they are passed over. */
export function parsePlanEvent(event: unknown): PlanOrder {
  const isForced =
    typeof event === "object" && event !== null && "force" in event && event.force === true;
  return { force: isForced };
}
