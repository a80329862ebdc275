import type { Row } from "../report.ts";
import { CONTESTANTS } from "./contestants.ts";
import {
  falseAMonth,
  missedPercent,
  oncePercent,
  pagesADay,
  restartsPercent,
  showBounded,
  showNumber,
  showTimes,
  tallyOf,
  warningsADay,
} from "./figures.ts";
import type { Tallies } from "./run-cells.ts";
import type { Tally } from "./score.ts";
import { type Setting, settingText } from "./setting.ts";
import { HALF_PERIODS_SECONDS } from "./worlds/flapping.ts";
import { OUTAGE_MINUTES, TRANSPORT_WORLDS } from "./worlds/outages.ts";

/** A table as it is printed. */
export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** One column: what it shows of some worlds together. */
interface Column {
  readonly title: string;
  readonly worlds: readonly string[];
  readonly show: (tally: Tally) => string;
}

interface TableKind {
  readonly title: string;
  readonly columns: readonly Column[];
}

const showFalse = (tally: Tally) => showBounded(falseAMonth(tally));

const showExtra = ({ extraCheckCount, checkCount }: Tally) =>
  checkCount === 0 ? "" : showNumber((100 * extraCheckCount) / checkCount);

/** The worlds of outages of two minutes and more. */
export const LONGER_OUTAGES = OUTAGE_MINUTES.filter((minutes) => minutes > 1).map(
  (minutes) => `outage ${minutes} min`,
);

const FALSE_PAGES: TableKind = {
  title: "False pages a task-month (95 % upper bound)",
  columns: [
    ...[
      ...["assumed month", "loss 0.1 %", "loss 1 %", "loss 3 %", "loss 5 %"],
      ...["bursts", "correlated", "broken path", "sick region", "DNS trouble"],
    ].map((world) => ({ title: world, worlds: [world], show: showFalse })),
    {
      title: "months of the first",
      worlds: ["assumed month"],
      show: ({ months }) => months.toFixed(0),
    },
  ],
};

const OUTAGES: TableKind = {
  title:
    "Outages: missed in % by length (95 % upper bound); seconds to detect and to recover, median / p95 / max, of 2 min and more",
  columns: [
    ...OUTAGE_MINUTES.map((minutes) => ({
      title: `${minutes} min`,
      worlds: [`outage ${minutes} min`],
      show: (tally: Tally) => showBounded(missedPercent(tally)),
    })),
    {
      title: "mixed",
      worlds: ["outages mixed"],
      show: (tally) => showBounded(missedPercent(tally)),
    },
    {
      title: "detect, s",
      worlds: LONGER_OUTAGES,
      show: ({ detectSeconds }) => showTimes(detectSeconds),
    },
    {
      title: "recover, s",
      worlds: LONGER_OUTAGES,
      show: ({ recoverSeconds }) => showTimes(recoverSeconds),
    },
    {
      title: "one open, one close, %",
      worlds: LONGER_OUTAGES,
      show: (tally) => showNumber(oncePercent(tally).value),
    },
    {
      title: "notes an incident",
      worlds: LONGER_OUTAGES,
      show: ({ notes, outages }) => showNumber(notes / outages),
    },
    { title: "outages a length", worlds: ["outage 2 min"], show: ({ outages }) => String(outages) },
  ],
};

const OTHERS: TableKind = {
  title:
    "Restarts of 5 to 30 s that page, %; openings a day with a dead backend and in brown-outs; notes an hour of flapping by half-period; WARNINGs a day; extra checks and hinted looks",
  columns: [
    {
      title: "restarts",
      worlds: ["restarts"],
      show: (tally) => showBounded(restartsPercent(tally)),
    },
    ...[2, 4, 8].map((count) => ({
      title: `1 of ${count}`,
      worlds: [`1 of ${count} dead`],
      show: (tally: Tally) => showBounded(pagesADay(tally)),
    })),
    { title: "brown-out", worlds: ["brown-out"], show: (tally) => showBounded(pagesADay(tally)) },
    ...HALF_PERIODS_SECONDS.map((seconds) => ({
      title: `flap ${seconds} s`,
      worlds: [`flapping ${seconds} s`],
      show: ({ flapNotes, flapHours }: Tally) => showNumber(flapNotes / flapHours),
    })),
    {
      title: "warn, 5 % loss",
      worlds: ["loss 5 %"],
      show: (tally) => showBounded(warningsADay(tally)),
    },
    {
      title: "extra checks, %",
      worlds: ["assumed month"],
      show: showExtra,
    },
    {
      title: "looks a month",
      worlds: ["assumed month"],
      show: ({ lookCount, months }) => showNumber(lookCount / months),
    },
  ],
};

const TRANSPORT: TableKind = {
  title:
    "Outages of 2 to 10 min (15 with home away) while the fleet itself fails: missed, detect, recover",
  columns: TRANSPORT_WORLDS.map(({ name }) => ({
    title: name,
    worlds: [name],
    show: ({ missed, outages, detectSeconds, recoverSeconds }) =>
      `${missed} of ${outages}; ${showTimes(detectSeconds)}; ${showTimes(recoverSeconds)}`,
  })),
};

const LATENCY: TableKind = {
  title: "Connect times: pages and WARNINGs a day, and notes a day",
  columns: ["degradation", "day curve", "260 ms away"].map((world) => ({
    title: world,
    worlds: [world],
    show: (tally: Tally) =>
      `${showNumber(pagesADay(tally).value)} / ${showNumber(warningsADay(tally).value)} / ${showNumber(tally.notes / (30 * tally.months))}`,
  })),
};

/** The tables of the headline's setting. */
export function headlineTables(tallies: Tallies, setting: Setting): Table[] {
  return [FALSE_PAGES, OUTAGES, OTHERS, TRANSPORT, LATENCY].map((kind) => ({
    title: `${settingText(setting)}. ${kind.title}`,
    rows: CONTESTANTS.flatMap(({ name }) => rowOf(tallies, kind, { name, setting })),
  }));
}

const BY_SETTING: readonly Column[] = [
  { title: "false: assumed", worlds: ["assumed month"], show: showFalse },
  ...[0.1, 1, 3, 5].map((percent) => ({
    title: `loss ${percent} %`,
    worlds: [`loss ${percent} %`],
    show: showFalse,
  })),
  {
    title: "2 min missed, %",
    worlds: ["outage 2 min"],
    show: (tally) => showBounded(missedPercent(tally)),
  },
  {
    title: "5 min missed, %",
    worlds: ["outage 5 min"],
    show: (tally) => showBounded(missedPercent(tally)),
  },
  {
    title: "detect, s",
    worlds: ["outage 2 min", "outage 5 min"],
    show: ({ detectSeconds }) => showTimes(detectSeconds),
  },
  {
    title: "recover, s",
    worlds: ["outage 2 min", "outage 5 min"],
    show: ({ recoverSeconds }) => showTimes(recoverSeconds),
  },
  {
    title: "restarts, %",
    worlds: ["restarts"],
    show: (tally) => showBounded(restartsPercent(tally)),
  },
  {
    title: "1 of 4, a day",
    worlds: ["1 of 4 dead"],
    show: (tally) => showBounded(pagesADay(tally)),
  },
  {
    title: "flap notes/h",
    worlds: ["flapping 120 s"],
    show: ({ flapNotes, flapHours }) => showNumber(flapNotes / flapHours),
  },
  {
    title: "extra checks, %",
    worlds: ["assumed month"],
    show: showExtra,
  },
  { title: "months", worlds: ["assumed month"], show: ({ months }) => months.toFixed(0) },
];

/** One table for each rule that runs in several settings. */
export function settingTables(tallies: Tallies, settings: readonly Setting[]): Table[] {
  const kind = { title: "", columns: BY_SETTING };
  return CONTESTANTS.filter(({ group }) => group !== "step").map(({ name }) => ({
    title: `${name}, by setting (regions x schedule)`,
    rows: settings.flatMap((setting) =>
      rowOf(tallies, kind, { name, setting }).map(({ rule, ...row }) => ({
        setting: settingText(setting),
        ...row,
      })),
    ),
  }));
}

/** The rule's row; none if no world of the table was run with it. */
function rowOf(
  tallies: Tallies,
  { columns }: TableKind,
  { name, setting }: { readonly name: string; readonly setting: Setting },
): Row[] {
  const cells = columns.map(({ title, worlds, show }) => {
    const tally = tallyOf(tallies, { contestant: name, setting }, worlds);
    return [title, tally === null ? "" : show(tally)] as const;
  });
  if (cells.every(([, text]) => text === "")) return [];
  return [{ rule: name, ...Object.fromEntries(cells) }];
}
