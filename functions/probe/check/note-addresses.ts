import type { ProbeResult } from "../../../shared/result/result.ts";
import type { CheckInput, CheckListener, CheckServices } from "./services.ts";

/** The same listener, or one that adds to the result which addresses have appeared or left. */
export function notingAddresses(
  { task, isRecheck }: CheckInput,
  { knownAddresses }: CheckServices,
  listener: CheckListener,
): CheckListener {
  // A recheck is in no summary, so what it sees first would be told nowhere.
  if (task.addressing?.mode !== "each" || isRecheck || knownAddresses === undefined)
    return listener;
  const noted = (result: ProbeResult): ProbeResult => {
    const { parts, unresolved } = result.detail ?? {};
    if (parts === undefined) return result;
    const addresses = parts.map(({ address }) => address);
    const change = knownAddresses.note(task.name, addresses, unresolved);
    return { ...result, detail: { ...result.detail, ...change } };
  };
  return {
    checked: (input, result, facts) =>
      listener.checked(input, result === null ? null : noted(result), facts),
    broke: (fault) => listener.broke(fault),
  };
}
