import { isIPv6 } from "node:net";
import type { ResultDetail } from "../../../shared/result/result.ts";

/** More tasks than a shard has; the one that was checked longest ago is forgotten first. */
const MOST_TASKS = 4_000;

/** How the addresses of a name differ from those of the check before; absent if they do not. */
type Change = Pick<ResultDetail, "appeared" | "left">;

/** What a process remembers of the addresses of tasks that check each of them. */
export class KnownAddresses {
  readonly #byTask = new Map<string, readonly string[]>();

  /** Takes the addresses of a check; a family that was not looked up is as it was. */
  note(taskName: string, found: readonly string[], unresolved: ResultDetail["unresolved"]): Change {
    const before = this.#byTask.get(taskName);
    const kept = (before ?? []).filter((one) => unresolved?.family === familyOf(one));
    const now = [...new Set([...found, ...kept])];
    this.#remember(taskName, now);
    if (before === undefined) return {};
    const appeared = now.filter((address) => !before.includes(address));
    const left = before.filter((address) => !now.includes(address));
    return { ...(appeared.length > 0 && { appeared }), ...(left.length > 0 && { left }) };
  }

  #remember(taskName: string, addresses: readonly string[]): void {
    this.#byTask.delete(taskName);
    this.#byTask.set(taskName, addresses);
    const [oldest] = this.#byTask.keys();
    if (this.#byTask.size > MOST_TASKS && oldest !== undefined) this.#byTask.delete(oldest);
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
