import type { DurationMs, EpochMs } from "../../shared/units.ts";

interface Timer {
  readonly atMs: EpochMs;
  readonly order: number;
  readonly fire: () => void;
}

/** Every promise that can go on without time has done so before the next immediate. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Time that passes only while all work waits. `patchTimers` puts it under `setTimeout`, so that the
 * SDK's own delays pass in it too.
 */
export class VirtualTime {
  readonly #heap: Timer[] = [];
  readonly #cancelled = new Set<number>();
  #nowMs: EpochMs;
  #order = 0;

  constructor(startMs: EpochMs) {
    this.#nowMs = startMs;
  }

  now(): EpochMs {
    return this.#nowMs;
  }

  sleep(ms: DurationMs): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Calls `fire` after a delay; returns the timer's number. */
  after(ms: DurationMs, fire: () => void): number {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), order: ++this.#order, fire };
    push(this.#heap, timer);
    return timer.order;
  }

  /** Lets time pass until the work has ended. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (await settled(); !isOver; await settled()) this.#fireNext();
    return work;
  }

  /** Replaces the process's timers by this time's; returns a function that puts them back. */
  patchTimers(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const set = (fire: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const id = this.after(ms, () => fire(...args));
      return { id, ref: () => undefined, unref: () => undefined };
    };
    const clear = (timer: { readonly id?: number } | undefined) => {
      if (timer?.id !== undefined) this.#cancelled.add(timer.id);
    };
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
    return () => Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  #fireNext(): void {
    const timer = pop(this.#heap);
    if (timer === undefined) throw new Error("Nothing is awaited and the work has not ended");
    if (this.#cancelled.delete(timer.order)) return;
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    timer.fire();
    // Timers of the same instant fire together.
    while (this.#heap[0] !== undefined && this.#heap[0].atMs <= this.#nowMs) {
      const next = pop(this.#heap);
      if (next !== undefined && !this.#cancelled.delete(next.order)) next.fire();
    }
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    if (one === undefined) break;
    const below = other !== undefined && isBefore(other, one) ? left + 1 : left;
    const child = heap[below];
    if (child === undefined || !isBefore(child, last)) break;
    heap[at] = child;
    at = below;
  }
  heap[at] = last;
  return first;
}
