import { hash32 } from "../../shared/hash.ts";
import { MINUTE_MS, SECOND_MS } from "../../shared/units.ts";
import { CONTESTANTS, type Contestant, contestantNamed, OWN } from "./contestants.ts";
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

/** How many worlds a cell gets at least, as far as they are months or outages. */
interface Amounts {
  readonly months: number;
  readonly outages: number;
  readonly others: number;
}

/** What a run is to find out, and how surely. */
function amountsOf({ group, name }: Contestant, setting: Setting, options: Options): Amounts {
  const isHeadline = settingText(setting) === settingText(HEADLINE);
  const own = { months: options.months, outages: options.outages, others: 10 };
  const share = (part: number) => ({
    months: Math.ceil(own.months / part),
    outages: Math.ceil(own.outages / part),
    others: Math.ceil(own.others / Math.sqrt(part)),
  });
  if (name === OWN) return isHeadline ? own : share(3);
  if (group === "peer") return share(isHeadline ? 6 : 15);
  return share(isHeadline ? 6 : 15);
}

function worldCount(kind: WorldKind, amounts: Amounts): number {
  if (kind.name.startsWith("outage")) return Math.ceil(amounts.outages / OUTAGES_A_WORLD);
  if (kind.spanMs === MONTH_MS) return amounts.months;
  return amounts.others;
}

/** Settings beside the headline's are shown in these worlds only. */
const MAIN_WORLDS = [
  ...["assumed month", "loss 0.1 %", "loss 1 %", "loss 3 %", "loss 5 %"],
  ...["outage 2 min", "outage 5 min", "restarts", "1 of 4 dead", "flapping 120 s"],
];

/** The cells of a run, the longest first, none of them so long that another waits for it. */
export function listCells(options: Options): Cell[] {
  const cells = settingsOf(options).flatMap((setting) =>
    CONTESTANTS.flatMap((contestant) => cellsOf(contestant, setting, options)),
  );
  return cells.flatMap(splitCell);
}

/** The settings of a run, the headline's first. */
export function settingsOf({ regions, schedules }: Options): Setting[] {
  const settings = regions.flatMap((regionCount) =>
    schedules.map((seconds) => ({ regionCount, scheduleMs: seconds * SECOND_MS })),
  );
  const isHeadline = (setting: Setting) => settingText(setting) === settingText(HEADLINE);
  return settings.toSorted((a, b) => Number(isHeadline(b)) - Number(isHeadline(a)));
}

function cellsOf(contestant: Contestant, setting: Setting, options: Options): Cell[] {
  const isHeadline = settingText(setting) === settingText(HEADLINE);
  const shown = isHeadline
    ? WORLD_KINDS
    : WORLD_KINDS.filter(({ name }) => MAIN_WORLDS.includes(name));
  const isWanted = ({ name }: { name: string }) =>
    options.only.length === 0 || options.only.some((word) => name.includes(word));
  if (!isHeadline && contestant.group === "step") return [];
  const kinds = shown.filter((kind) => isWanted(kind) || isWanted(contestant));
  return kinds
    .filter((kind) => contestant.group !== "peer" || kind.isAboutTransport !== true)
    .map((kind) => ({
      ...{ world: kind.name, contestant: contestant.name, setting, seeds: options.seeds, from: 0 },
      count: worldCount(kind, amountsOf(contestant, setting, options)),
    }));
}

/** Worlds in one job of a worker. */
const JOB_WORLDS = 25;

function splitCell(cell: Cell): Cell[] {
  const jobs: Cell[] = [];
  for (let from = 0; from < cell.count; from += JOB_WORLDS) {
    jobs.push({ ...cell, from, count: Math.min(JOB_WORLDS, cell.count - from) });
  }
  return jobs;
}
