import { type RegionsView, readRegions } from "../../functions/history/history.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { flagOption, numberOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";
import { MATRIX_FIELDS, matrixLayout, matrixRecords, troubledFirst } from "../show/matrix-rows.ts";
import { CSV_OPTION, printRecords, printTable, wantsRecords } from "../show/print-rows.ts";
import { isSick, REGION_FIELDS, regionLayout, regionRecord } from "../show/region-rows.ts";
import { warnOfUnread } from "../show/unread-regions.ts";

const DEFAULT_MINUTES = 5;

/** `synfleet regions`: how each probing region itself is. */
export const regions: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    matrix: { type: "boolean", about: "How each task looks from each region instead." },
    minutes: {
      type: "string",
      value: "N",
      about: `Over the last N judged minutes (1 to 60, default ${DEFAULT_MINUTES}).`,
    },
    json: { type: "boolean", about: "Print JSON lines, one object a row." },
    ...CSV_OPTION,
    ...FLEET_OPTIONS,
  },
  notes: [
    "REPORTED is the age of the newest check that is stored. LAG is by how much a shard is behind in claiming time. STALLS are of the last three minutes. CLOCK is what must be added to the region's clock, if it asks a time server. FAILING is the share of its tasks whose last check failed.",
    "WHOSE says whether every region sees a trouble (target), or only some (path from): more than 10 % of checks fail, or more than 5 % of handshakes needed a second SYN (loss).",
    "Exit codes: 0 fine; 1 a region abstains or stands still, with --matrix never; 3 failed, or a region can't be read.",
  ],
  run: async (call) => {
    const minuteCount = numberOption(call, "minutes", { min: 1, max: 60 }) ?? DEFAULT_MINUTES;
    const query = { nowMs: call.io.now(), minuteCount };
    const { view, retired } = await withFleet(call, async (open) => ({
      view: await readRegions(openHistory(open), query),
      retired: open.fleet.retired ?? [],
    }));
    const isMatrix = flagOption(call, "matrix");
    if (isMatrix) printMatrix(call, view);
    else printRegions(call, view, retired);
    const unread = view.regions.flatMap(({ name, unread: cause }) =>
      cause === null ? [] : { region: name, ...cause },
    );
    warnOfUnread(call.io, unread, "nothing is known of it");
    if (unread.length > 0) return EXIT.failed;
    return !isMatrix && view.regions.some(isSick) ? EXIT.no : EXIT.fine;
  },
};

function printRegions(
  call: Call,
  { regions: reports }: RegionsView,
  retired: readonly string[],
): void {
  const nowMs = call.io.now();
  if (wantsRecords(call)) {
    const records = reports.map((report) => regionRecord(report, nowMs));
    printRecords(call, records, { fields: REGION_FIELDS });
    return;
  }
  printTable(call, reports, regionLayout(call.io));
  const sick = reports.filter(isSick).length;
  call.io.out(`${showCount(reports.length, "region")}, ${sick} of them sick.`);
  if (retired.length > 0) call.io.out(`Retired: ${retired.join(", ")}.`);
}

function printMatrix(call: Call, { matrix, regions: reports }: RegionsView): void {
  const rows = troubledFirst(matrix);
  if (wantsRecords(call)) {
    printRecords(call, matrixRecords(rows), { fields: MATRIX_FIELDS });
    return;
  }
  const names = reports.map(({ name }) => name);
  printTable(call, rows, matrixLayout(call.io, names));
}
