import type { StoredChunk } from "../../../functions/ports/chunk-store.ts";
import type { OutgoingEvent } from "../../../shared/event/event.ts";
import type { AlertPolicy } from "../../../shared/health/rules/rules.ts";
import { wholeBundle } from "../../../shared/plan/plan.ts";
import { nextLease } from "../../../shared/slot/slot.ts";
import { type EpochMs, MINUTE_MS } from "../../../shared/units.ts";
import { QUIET_NOTES } from "../../../test/fakes/results.ts";
import { Rig } from "../../../test/functions/aggregate/rig.ts";
import { isStoredTwice, SECOND_DELIVERY_MS, type Sent } from "../drivers/chunk-flow.ts";
import type { Journal } from "../drivers/drive-rule.ts";
import { resultOf } from "../drivers/probe-side.ts";
import type { Note } from "../note.ts";
import { beatsOf, regionNames, type Setting, taskOf } from "../setting.ts";
import type { World } from "../worlds/world.ts";

/** Something that happens to the real home. */
interface Happening {
  readonly atMs: EpochMs;
  readonly happen: () => Promise<unknown>;
}

/** What the real home made of a world. */
export interface RealOutcome {
  readonly notes: readonly Note[];
  readonly windowCount: number;
  readonly lookCount: number;
}

/** Keeps what was sent and when home was called, and plays it to the real aggregate step in memory. */
export class RealHome implements Journal {
  readonly #world: World;
  readonly #setting: Setting;
  readonly #policy: AlertPolicy;
  readonly #rig: Rig;
  readonly #sent: { readonly region: number; readonly sent: Sent }[] = [];
  readonly #lookedAtMs: EpochMs[] = [];
  readonly #ranAtMs: EpochMs[] = [];
  readonly #bundles = new Map<string, string>();

  constructor(world: World, setting: Setting, policy: AlertPolicy) {
    this.#world = world;
    this.#setting = setting;
    this.#policy = policy;
    this.#rig = new Rig(regionNames(setting));
  }

  sent(region: number, sent: Sent): void {
    this.#sent.push({ region, sent });
  }

  looked(atMs: EpochMs): void {
    this.#lookedAtMs.push(atMs);
  }

  ran(atMs: EpochMs): void {
    this.#ranAtMs.push(atMs);
  }

  /** Plays all that was kept, in order of time. */
  async play(): Promise<RealOutcome> {
    await this.#begin();
    const rig = this.#rig;
    const notes: Note[] = [];
    const all = [...this.#claims(), ...this.#arrivals(), ...this.#runs()];
    for (const { atMs, happen } of all.sort((a, b) => a.atMs - b.atMs)) {
      rig.nowMs = atMs;
      const before = rig.bus.published.length;
      await happen();
      const published = rig.bus.published.slice(before).flatMap((event) => turnOf(event) ?? []);
      notes.push(...published.map((what) => ({ atMs, what })));
    }
    return { notes, windowCount: this.#ranAtMs.length, lookCount: this.#lookedAtMs.length };
  }

  async #begin(): Promise<void> {
    const { fromMs, seed } = this.#world;
    const rig = this.#rig;
    rig.nowMs = fromMs - MINUTE_MS;
    await rig.plan([taskOf(this.#setting, seed)]);
    await rig.progress.writeProgress({ watermarkMs: fromMs, openWindows: [] });
    for (const name of regionNames(this.#setting)) {
      const manifest = await rig.region(name).plans.readManifest();
      const [shard] = manifest?.shards ?? [];
      if (shard !== undefined) this.#bundles.set(name, wholeBundle(shard));
    }
  }

  /** Each region's probe acquires a term a minute. */
  #claims(): Happening[] {
    const { fromMs, toMs, seed } = this.#world;
    const names = regionNames(this.#setting);
    return beatsOf(this.#setting, seed, fromMs).flatMap(({ termFromMs }, region) => {
      const claims: Happening[] = [];
      // A term before the world began covers its first window.
      for (let atMs = termFromMs - MINUTE_MS; atMs < toMs; atMs += MINUTE_MS) {
        claims.push({ atMs, happen: () => this.#claim(names[region] ?? "", atMs) });
      }
      return claims;
    });
  }

  async #claim(name: string, atMs: EpochMs): Promise<void> {
    const { plans, leases } = this.#rig.region(name);
    const stored = await leases.readLease(0);
    if (stored !== null && "damage" in stored) throw new Error(stored.damage);
    const { staggerPermille = 0 } = (await plans.readManifest()) ?? {};
    const bundle = this.#bundles.get(name) ?? "";
    const decision = nextLease(stored, atMs, { bundle, staggerPermille });
    if (decision.kind === "acquired") await leases.moveLease(0, stored, decision.lease);
  }

  /** The chunks: what was flushed together and is of one term. */
  #arrivals(): Happening[] {
    const names = regionNames(this.#setting);
    const parts = new Map<string, number>();
    const chunks = Map.groupBy(
      this.#sent.toSorted((a, b) => a.sent.flushedAtMs - b.sent.flushedAtMs),
      ({ region, sent }) => `${region} ${sent.termFromMs} ${sent.flushedAtMs}`,
    );
    return [...chunks.values()].flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      const { region, sent } = first;
      const name = names[region] ?? "";
      const term = `${region} ${sent.termFromMs}`;
      const part = parts.get(term) ?? 0;
      parts.set(term, part + 1);
      const chunk: StoredChunk = {
        ...{ shard: 0, part, bundle: this.#bundles.get(name) ?? "" },
        ...{ termFromMs: sent.termFromMs, notes: QUIET_NOTES },
        results: members.map(({ sent: { sample } }) =>
          resultOf({ slotAtMs: sample.atMs, isRecheck: sample.isRecheck }, sample),
        ),
      };
      const put = () => this.#rig.region(name).chunks.putChunk(chunk);
      const isTwice = isStoredTwice(this.#world, region, sent.flushedAtMs);
      return deliveriesOf(sent.storedAtMs, isTwice).map((atMs) => ({ atMs, happen: put }));
    });
  }

  #runs(): Happening[] {
    const services = () =>
      this.#rig.services({ now: () => this.#rig.nowMs, alertDefaults: this.#policy });
    return [
      ...this.#ranAtMs.map((atMs) => ({ atMs, happen: () => this.#rig.run(services()) })),
      ...this.#lookedAtMs.map((atMs) => ({ atMs, happen: () => this.#rig.look(services()) })),
    ];
  }
}

function deliveriesOf(storedAtMs: EpochMs, isTwice: boolean): EpochMs[] {
  if (storedAtMs === Number.POSITIVE_INFINITY) return [];
  return isTwice ? [storedAtMs, storedAtMs + SECOND_DELIVERY_MS] : [storedAtMs];
}

/** What an event tells users of the task; null if it is of something else. */
function turnOf({ detail }: OutgoingEvent): Note["what"] | null {
  const { state, previous_state: before, advisory } = detail as Readonly<Record<string, unknown>>;
  if (advisory !== undefined || state === before) return null;
  if (state === "CRITICAL") return "page";
  if (before === "CRITICAL") return "recovery";
  if (state === "WARNING") return "warning";
  return before === "WARNING" ? "warning over" : null;
}
