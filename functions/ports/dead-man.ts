/** Somebody outside who raises an alarm when the fleet is not heard of any more. */
export interface DeadMan {
  /** Tells that a run went well. Resolves to null, or to a code that says why that was not taken; never rejects. */
  tell(): Promise<string | null>;
}
