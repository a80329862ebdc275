import { type EpochMs, SECOND_MS } from "../../shared/units.ts";
import type { Answer } from "./limited-database.ts";

interface PutRequest {
  readonly Entries: readonly { readonly DetailType: string; readonly Detail: string }[];
}

const CALL_ENTRIES = 10;
const CALL_BYTES = 256 * 1_024;

/** One event as it came to the bus. */
export interface Arrival {
  readonly id: string;
  readonly taskName: string;
  readonly sequence: number;
  readonly state: string;
  readonly atMs: EpochMs;
}

/** EventBridge with its quota, in which every entry counts as a transaction. */
export class LimitedBus {
  readonly arrivals: Arrival[] = [];
  throttled = 0;
  readonly #entriesASecond: number;
  readonly #now: () => EpochMs;
  #tokens: number;
  #atMs: EpochMs = 0;

  constructor(entriesASecond: number, now: () => EpochMs) {
    this.#entriesASecond = entriesASecond;
    this.#tokens = entriesASecond;
    this.#now = now;
  }

  put({ Entries }: PutRequest): Answer {
    const bytes = Entries.reduce((sum, { Detail }) => sum + Buffer.byteLength(Detail), 0);
    if (Entries.length > CALL_ENTRIES || bytes > CALL_BYTES) return refusal("ValidationException");
    if (!this.#take(Entries.length)) return refusal("ThrottlingException");
    for (const { Detail } of Entries) this.#arrive(JSON.parse(Detail));
    return { status: 200, document: { Entries: Entries.map(() => ({ EventId: "taken" })) } };
  }

  #take(entries: number): boolean {
    const nowMs = this.#now();
    const gained = ((nowMs - this.#atMs) * this.#entriesASecond) / SECOND_MS;
    this.#tokens = Math.min(this.#entriesASecond, this.#tokens + gained);
    this.#atMs = nowMs;
    if (this.#tokens < entries) {
      this.throttled += 1;
      return false;
    }
    this.#tokens -= entries;
    return true;
  }

  /** Heartbeats take from the quota, and are of no interest here. */
  #arrive(detail: Readonly<Record<string, unknown>>): void {
    const { id, task_name: taskName, sequence, state } = detail;
    if (typeof taskName !== "string") return;
    this.arrivals.push({
      id: String(id),
      taskName,
      sequence: Number(sequence),
      state: String(state),
      atMs: this.#now(),
    });
  }
}

function refusal(name: string): Answer {
  return { status: 400, document: { __type: name, message: name } };
}
