import { deriveId } from "../../shared/hash.ts";
import type { EpochMs } from "../../shared/units.ts";
import type { DiskWatch } from "../disk/disk-report.ts";
import type { NotifyEvent } from "./message/event.ts";
import type { NotifyTarget, Sending, Waiting } from "./message/service.ts";
import { KEPT_MS } from "./outbox/lane.ts";
import { OutboxFile } from "./outbox/outbox-file.ts";
import type { Storm } from "./outbox/storms.ts";
import type { Outcome } from "./outcome.ts";
import { Post } from "./post.ts";

/** The side effects of notifying. */
export interface NotifierServices {
  readonly now: () => EpochMs;
  readonly random: () => number;
  readonly send: (sending: Sending, secrets: readonly string[]) => Promise<Outcome>;
  /** Calls `wake` after so long; returns what cancels that. */
  readonly wakeAfter: (ms: number, wake: () => void) => () => void;
  readonly warn: (sentence: string) => void;
  readonly disk: DiskWatch;
  /** Where the page of this machine is; null if there is none. */
  readonly pageUrl: () => string | null;
}

const MOST_UNDER_WAY = 16;

/** Delivers events to people, at least once each, in the order of each subject, over restarts. */
export class Notifier {
  readonly #services: NotifierServices;
  readonly #file: OutboxFile;
  readonly #posts = new Map<string, Post>();
  /** What waits for targets that nobody has named in this run. */
  #orphans: Waiting[] = [];
  #storms: readonly Storm[] = [];
  #opened: Promise<void> | null = null;
  #underWay = 0;
  #isClosed = false;
  #cancelWake: () => void = () => undefined;
  #idle: (() => void)[] = [];

  constructor(path: string, services: NotifierServices) {
    this.#services = services;
    this.#file = new OutboxFile(path, services.disk);
  }

  /** Goes on with what waits since a run before; what waits for a target that is not here stays. */
  async open(targets: readonly NotifyTarget[]): Promise<void> {
    const names = new Set(targets.map(({ name }) => name));
    for (const [name, post] of this.#posts) if (!names.has(name)) this.#retire(post);
    for (const target of targets) this.#postOf(target);
    await this.#read();
    this.#pump();
  }

  /** Takes an event for targets. Resolves when it is kept, and does not wait for them. */
  async add(event: NotifyEvent, targets: readonly NotifyTarget[]): Promise<void> {
    await this.#read();
    const added = targets.flatMap((target) => this.#take(event, target));
    if (added.length === 0) return;
    await this.#file.add(added);
    this.#pump();
  }

  /** Resolves when nothing is on its way, and nothing can be sent at once. */
  async settled(): Promise<void> {
    await this.#read();
    if (!this.#isIdle()) await new Promise<void>((resolve) => this.#idle.push(resolve));
    await this.#file.flush();
  }

  /** Starts no more sendings; what waits stays on the disk. The number of what waits. */
  close(): number {
    this.#isClosed = true;
    this.#cancelWake();
    for (const resolve of this.#idle.splice(0)) resolve();
    return [...this.#posts.values()].reduce((sum, { lane }) => sum + lane.waitingCount, 0);
  }

  #read(): Promise<void> {
    this.#opened ??= this.#file.read().then(
      ({ waiting, storms }) => {
        this.#orphans.push(...waiting);
        this.#storms = storms;
        for (const { target } of this.#posts.values()) this.#adopt(target.name);
      },
      (error: unknown) => this.#services.disk.failed("Messages that wait", error),
    );
    return this.#opened;
  }

  /** One whose fields were changed goes on with what waits. */
  #postOf(target: NotifyTarget): Post {
    const known = this.#posts.get(target.name);
    const isAlike = known?.target.service.combines === target.service.combines;
    if (known !== undefined && !isAlike) this.#retire(known);
    const { random, warn } = this.#services;
    const post = known !== undefined && isAlike ? known : new Post(target, random, warn);
    post.target = target;
    this.#posts.set(target.name, post);
    this.#adopt(target.name);
    return post;
  }

  #retire({ target: { name }, lane }: Post): void {
    this.#posts.delete(name);
    this.#orphans.push(...lane.rest.waiting);
    this.#storms = [...this.#storms, ...lane.rest.storms];
  }

  /** What nobody has named for a day is given up like all else. */
  #expireOrphans(nowMs: EpochMs): void {
    const old = this.#orphans.filter(({ atMs }) => nowMs - atMs > KEPT_MS);
    this.#forgetOrphans(old);
    void this.#file.finish(old.map(({ key }) => key));
  }

  #forgetOrphans(gone: readonly Waiting[]): void {
    const keys = new Set(gone.map(({ key }) => key));
    this.#orphans = this.#orphans.filter(({ key }) => !keys.has(key));
  }

  #adopt(name: string): void {
    const post = this.#posts.get(name);
    const own = this.#orphans.filter(({ target }) => target === name);
    this.#orphans = this.#orphans.filter(({ target }) => target !== name);
    for (const storm of this.#storms) if (storm.target === name) post?.lane.stand(storm);
    this.#storms = this.#storms.filter(({ target }) => target !== name);
    for (const one of own) post?.take(one, this.#services.now());
  }

  #take(event: NotifyEvent, target: NotifyTarget): Waiting[] {
    const id = typeof event.detail.id === "string" ? event.detail.id : event.id;
    const key = deriveId("notify", target.name, id);
    if (this.#file.knows(key)) return [];
    const waiting = { key, target: target.name, event, atMs: this.#services.now() };
    const dropped = this.#postOf(target).take(waiting, waiting.atMs);
    void this.#file.finish(dropped);
    return dropped.includes(key) ? [] : [waiting];
  }

  #pump(): void {
    if (this.#isClosed) return;
    this.#cancelWake();
    const nowMs = this.#services.now();
    for (const post of this.#posts.values()) void this.#file.finish(post.expire(nowMs));
    this.#expireOrphans(nowMs);
    this.#startAll(nowMs);
    const wakes = [...this.#posts.values()].flatMap(({ lane }) => lane.wakeAtMs() ?? []);
    if (wakes.length > 0 && this.#underWay < MOST_UNDER_WAY) {
      const waitMs = Math.max(20, Math.min(...wakes) - nowMs);
      this.#cancelWake = this.#services.wakeAfter(waitMs, () => this.#pump());
    }
    if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** One message of each target in turn, so that none keeps the others waiting. */
  #startAll(nowMs: EpochMs): void {
    let hasStarted = true;
    while (hasStarted) {
      hasStarted = false;
      for (const post of this.#posts.values()) {
        if (this.#underWay >= MOST_UNDER_WAY) return;
        const batch = post.lane.next(nowMs);
        if (batch === null) continue;
        hasStarted = true;
        this.#underWay += 1;
        void this.#deliver(post, batch);
      }
    }
  }

  #isIdle(): boolean {
    if (this.#isClosed) return true;
    const nowMs = this.#services.now();
    const isSoon = ({ lane }: Post): boolean => {
      const atMs = lane.wakeAtMs();
      return atMs !== null && atMs <= nowMs + 1_100;
    };
    return this.#underWay === 0 && ![...this.#posts.values()].some(isSoon);
  }

  async #deliver(post: Post, batch: readonly Waiting[]): Promise<void> {
    const { send, now, pageUrl } = this.#services;
    const sending = post.build(batch, pageUrl());
    const { secrets } = post.target;
    const outcome = sending === null ? SKIPPED : await send(sending, secrets);
    this.#underWay -= 1;
    post.settle(batch, outcome, now());
    if (outcome.kind !== "later") {
      this.#forgetOrphans(batch);
      await this.#file.finish(batch.map(({ key }) => key));
    }
    this.#pump();
  }
}

/** The service has no words for it. */
const SKIPPED: Outcome = { kind: "delivered" };
