import { strict as assert } from "node:assert";
import { isDeepStrictEqual } from "node:util";
import type { AlertingStore } from "../../functions/ports/alerting-store.ts";
import type { EventBus } from "../../functions/ports/event-bus.ts";
import type { TaskStatusRecord, TaskStatusStore } from "../../functions/ports/task-status-store.ts";
import type { StoredTask, TaskStore } from "../../functions/ports/task-store.ts";
import { entryExpiry, type SettingEntry } from "../../shared/alerting/operators/operators.ts";
import type { OutgoingEvent } from "../../shared/event/event.ts";
import { printTask, type Task } from "../../shared/task/task.ts";
import type { EpochMs } from "../../shared/units.ts";

/** Tasks in memory. */
export class FakeTaskStore implements TaskStore {
  readonly #items = new Map<string, StoredTask>();

  async readTasks(): Promise<StoredTask[]> {
    return structuredClone([...this.#items.values()]);
  }

  async putTasks(tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) this.putFields({ ...printTask(task), name: task.name });
  }

  async deleteTasks(names: readonly string[]): Promise<void> {
    for (const name of names) this.#items.delete(name);
  }

  /** Stores what an owner can write by hand: anything that has a name. */
  putFields(fields: { readonly name: string; readonly [field: string]: unknown }): void {
    this.#items.set(fields.name, { name: fields.name, fields: structuredClone(fields) });
  }
}

/** Statuses in memory. */
export class FakeTaskStatusStore implements TaskStatusStore {
  readonly #records = new Map<string, TaskStatusRecord>();
  readonly #damaged = new Map<string, string>();
  readonly #cut = new Set<string>();

  async readStatuses() {
    const records = [...this.#records.values()].filter(({ name }) => !this.#damaged.has(name));
    const damaged = [...this.#damaged].map(([name, reason]) => ({ name, reason }));
    const cut = [...this.#cut].map((name) => ({ name, reason: "odd event" }));
    return { records: structuredClone(records), damaged, ...(cut.length > 0 && { cut }) };
  }

  /** Makes a stored status unreadable for a reason, or readable again with null. */
  damageStatus(name: string, reason: string | null): void {
    assert.ok(this.#records.has(name), "no such status");
    this.#damaged.delete(name);
    if (reason !== null) this.#damaged.set(name, reason);
  }

  /** Makes the pending events of a stored status unreadable. */
  damageEvents(name: string): void {
    const held = this.#records.get(name);
    assert.ok(held, "no such status");
    this.#records.set(name, { ...held, pending: [] });
    this.#cut.add(name);
  }

  async putStatus(record: TaskStatusRecord): Promise<"stored" | "lost"> {
    assert.ok(Number.isSafeInteger(record.version) && record.version > 0, "version is no version");
    const held = this.#records.get(record.name);
    const isNext = (held?.version ?? 0) === record.version - 1;
    if (!isNext) return isDeepStrictEqual(held, record) ? "stored" : "lost";
    this.#records.set(record.name, structuredClone(record));
    this.#cut.delete(record.name);
    return "stored";
  }

  async deleteStatus(record: TaskStatusRecord): Promise<"deleted" | "lost"> {
    const held = this.#records.get(record.name);
    if (held !== undefined && held.version !== record.version) return "lost";
    this.#records.delete(record.name);
    return "deleted";
  }
}

/** A bus in memory that can refuse entries. */
export class FakeEventBus implements EventBus {
  readonly published: OutgoingEvent[] = [];
  refuses: (event: OutgoingEvent) => boolean = () => false;

  async publish(events: readonly OutgoingEvent[]) {
    assert.ok(events.length > 0, "nothing is published");
    const ids = new Set(events.map(({ id }) => id));
    assert.equal(ids.size, events.length, "an event is published twice in one call");
    const isRefused = events.map((event) => this.refuses(event));
    const refused = events.filter((_, i) => isRefused[i]);
    const taken = events.filter((_, i) => !isRefused[i]);
    this.published.push(...structuredClone(taken));
    return {
      delivered: taken.map(({ id }) => id),
      failed: refused.map(({ id }) => ({ id, code: "ThrottlingException" })),
    };
  }
}

/** Settings in memory. */
export class FakeAlertingStore implements AlertingStore {
  readonly #entries = new Map<string, SettingEntry>();
  readonly #now: () => EpochMs;

  constructor(now: () => EpochMs = () => 0) {
    this.#now = now;
  }

  async readSettings(): Promise<SettingEntry[]> {
    const inOrder = [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
    const held = inOrder.filter(([, entry]) => (entryExpiry(entry) ?? Infinity) > this.#now());
    return structuredClone(held.map(([, entry]) => entry));
  }

  async putSettings(entries: readonly SettingEntry[]): Promise<void> {
    const keys = new Set(entries.map(({ key }) => key));
    assert.equal(keys.size, entries.length, "an entry is written twice in one call");
    for (const entry of entries) this.#entries.set(entry.key, structuredClone(entry));
  }

  async deleteSettings(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
  }
}
