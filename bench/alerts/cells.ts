import { hash32 } from "../../shared/hash.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { CONTESTANTS, type Contestant, contestantNamed } from "./contestants.ts";
import type { Options, SeedSet } from "./options.ts";
import { addTallies, NOTHING, scoreWorld, type Tally } from "./score.ts";
import { type Setting, settingText } from "./setting.ts";
import { MONTH_MS, makeWorld, type WorldKind } from "./worlds/kind.ts";
import { OUTAGES_A_WORLD } from "./worlds/outages.ts";
import { WORLD_KINDS, worldKind } from "./worlds/worlds.ts";

/** One rule in some worlds of one kind and one setting. */
export interface Cell {
  readonly world: string;
  readonly contestant: string;
  readonly setting: Setting;
  readonly seeds: SeedSet;
  /** Numbers of the worlds. */
  readonly from: number;
  readonly count: number;
}

/** The setting of the limits: 3 regions, every minute. */
export const HEADLINE: Setting = { regionCount: 3, scheduleMs: MINUTE_MS };

/** The setting in which no other region can be asked. */
export const ALONE: Setting = { regionCount: 1, scheduleMs: MINUTE_MS };

/** The key of a cell's tally; cells that differ in their worlds' numbers alone have one key. */
export function cellKey(world: string, contestant: string, setting: Setting): string {
  return [world, contestant, settingText(setting)].join(" | ");
}

/** The seed of a world: of another set, no world is the same. */
export function seedOf(set: SeedSet, world: string, number: number): number {
  return hash32(`${set} ${world} ${number}`);
}

/** Runs a cell. */
export function runCell({ world: name, contestant, setting, ...cell }: Cell): Tally {
  const kind = worldKind(name);
  const { run } = contestantNamed(contestant);
  let tally = NOTHING;
  for (let number = cell.from; number < cell.from + cell.count; number++) {
    const world = makeWorld(kind, seedOf(cell.seeds, name, number), setting.regionCount);
    const counted = run(world, setting, maySkip(kind));
    tally = addTallies(tally, scoreWorld(world, counted, setting.scheduleMs));
  }
  return tally;
}

/** Where every check may matter, none is skipped. */
function maySkip({ isAboutLatency, isAboutTransport }: WorldKind): boolean {
  return isAboutLatency !== true && isAboutTransport !== true;
}

/** A contestant in a setting: how much is asked of it. */
interface Place {
  readonly contestant: Contestant;
  readonly setting: Setting;
}

/** Which part of the months and outages that the options ask for. */
function partOf({ contestant, setting }: Place): number {
  if (isSame(setting, HEADLINE)) return { own: 1, peer: 0.08, step: 0.04 }[contestant.group];
  if (contestant.group !== "own") return 0.01;
  return isSame(setting, ALONE) ? 1 : 0.1;
}

/** Worlds of loss are as dense as they are uniform: a tenth of the months says enough. */
const LOSS_PART = 0.1;

/** Days of one kind of trouble, of the own rule at the headline. */
const OTHER_WORLDS = 30;

/** Worlds of 20 outages each, none of which is skipped. */
const TRANSPORT_WORLDS = 10;

function worldCount(kind: WorldKind, place: Place, options: Options): number {
  const part = partOf(place);
  if (kind.isAboutLatency === true) return place.contestant.group === "own" ? 2 : 1;
  if (kind.name.startsWith("outage")) {
    // Outages are soon gone through.
    return Math.ceil((options.outages * Math.sqrt(part)) / (2 * OUTAGES_A_WORLD)) * 2;
  }
  if (kind.isAboutTransport === true) return Math.ceil(TRANSPORT_WORLDS * part);
  if (kind.spanMs < MONTH_MS) return Math.ceil(OTHER_WORLDS * Math.sqrt(part) * scaleOf(options));
  const months = kind.name === ASSUMED_MONTH ? options.months : options.months * LOSS_PART;
  return Math.ceil(months * part);
}

/** Less is asked for than by default. */
function scaleOf({ months }: Options): number {
  return Math.min(1, months / 100);
}

const ASSUMED_MONTH = "assumed month";

function isSame(a: Setting, b: Setting): boolean {
  return a.regionCount === b.regionCount && a.scheduleMs === b.scheduleMs;
}

/** Settings beside the headline's are shown in these worlds only. */
const MAIN_WORLDS = [
  ...[ASSUMED_MONTH, "loss 0.1 %", "loss 1 %", "loss 3 %", "loss 5 %"],
  ...["outage 2 min", "outage 5 min", "restarts", "1 of 4 dead", "flapping 120 s"],
];

/** The cells of a run, in jobs of a few worlds. */
export function listCells(options: Options): Cell[] {
  const cells = settingsOf(options).flatMap((setting) =>
    wantedOf(CONTESTANTS, options.only).flatMap((contestant) =>
      cellsOf(contestant, setting, options),
    ),
  );
  return cells.flatMap(splitCell);
}

/** The settings of a run, the headline's first. */
export function settingsOf({ regions, schedules }: Options): Setting[] {
  const settings = regions.flatMap((regionCount) =>
    schedules.map((seconds) => ({ regionCount, scheduleMs: seconds * SECOND_MS })),
  );
  const rank = (setting: Setting) => Number(isSame(setting, HEADLINE));
  return settings.toSorted((a, b) => rank(b) - rank(a));
}

function cellsOf(contestant: Contestant, setting: Setting, options: Options): Cell[] {
  const isHeadline = isSame(setting, HEADLINE);
  const shown = isHeadline
    ? WORLD_KINDS
    : WORLD_KINDS.filter(({ name }) => MAIN_WORLDS.includes(name));
  if (!isHeadline && contestant.group === "step") return [];
  return wantedOf(shown, options.only)
    .filter((kind) => contestant.group !== "peer" || kind.isAboutTransport !== true)
    .map((kind) => ({
      ...{ world: kind.name, contestant: contestant.name, setting, seeds: options.seeds, from: 0 },
      count: worldCount(kind, { contestant, setting }, options),
    }));
}

/** Those that a word names, wholly or in part; all if no word names one. */
function wantedOf<T extends { readonly name: string }>(
  all: readonly T[],
  words: readonly string[],
): readonly T[] {
  const wanted = new Set(
    words.flatMap((word) => {
      const exact = all.filter(({ name }) => name === word);
      return exact.length > 0 ? exact : all.filter(({ name }) => name.includes(word));
    }),
  );
  return wanted.size === 0 ? all : all.filter((one) => wanted.has(one));
}

/** Worlds in one job of a worker. */
const JOB_WORLDS = 10;

function splitCell(cell: Cell): Cell[] {
  const jobs: Cell[] = [];
  for (let from = 0; from < cell.count; from += JOB_WORLDS) {
    jobs.push({ ...cell, from, count: Math.min(JOB_WORLDS, cell.count - from) });
  }
  return jobs;
}
