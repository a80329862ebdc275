import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { readSitePast, readStatusSite } from "../../functions/history/history.ts";
import { escapeUnprintable } from "../../shared/input/input.ts";
import { buildSite } from "../../shared/status-page/status-page.ts";
import { showCount } from "../../terminal/count.ts";
import { type Call, type Command, EXIT } from "../command/command.ts";
import { CliError, UsageError } from "../command/errors.ts";
import { flagOption, numberOption, textOption } from "../command/read-option.ts";
import { FLEET_OPTIONS } from "../fleet/fleet-options.ts";
import { withFleet } from "../fleet/open-fleet.ts";
import { openHistory } from "../fleet/open-stores.ts";

const DEFAULT_DAYS = 90;

/** The page's own sign that a folder is a status page, so that no other folder is written into. */
const MARK = "status.json";

/** `synfleet status-page`: a public status page as files. */
export const statusPage: Command = {
  argCount: { min: 0, max: 0 },
  options: {
    out: {
      type: "string",
      value: "DIR",
      about: "The folder to write; it is made if it is not there.",
    },
    title: { type: "string", value: "TEXT", about: 'The page\'s title (default "Status").' },
    days: {
      type: "string",
      value: "N",
      about: "How many days the bars show, 1 to 90 (default 90).",
    },
    tag: { type: "string", value: "NAME[=VALUE]", about: "Only tasks with this tag." },
    "show-hosts": {
      type: "boolean",
      about: "Show each task's host and port; else no host is told.",
    },
    json: { type: "boolean", about: "Print one JSON object: the folder, and how much is in it." },
    ...FLEET_OPTIONS,
  },
  notes: [
    "Writes index.html, style.css, status.json and badges/*.svg. Nothing in it is a script, and nothing is loaded from elsewhere.",
    "Each file is replaced as a whole. Run it each minute, e.g. by cron; or set statusPage in cdk.json.",
    "Exit codes: 0 done, 1 no task has the tag, and nothing is written, 3 failed.",
  ],
  run: (call) =>
    withFleet(call, async (open) => {
      const dir = folderOf(call);
      const sources = openHistory(open);
      const nowMs = call.io.now();
      const options = {
        title: textOption(call, "title") ?? "Status",
        days: numberOption(call, "days", { min: 1, max: DEFAULT_DAYS }) ?? DEFAULT_DAYS,
        tag: textOption(call, "tag"),
        showHosts: flagOption(call, "show-hosts"),
      };
      const past = await readSitePast(sources, { options, nowMs });
      const site = await readStatusSite(sources, options, { nowMs, past });
      if (options.tag !== null && site.tasks.length === 0) {
        const tag = JSON.stringify(escapeUnprintable(options.tag));
        call.io.error(`No task that is checked has the tag ${tag}: nothing is written.`);
        return EXIT.no;
      }
      const files = buildSite(site);
      writeSite(dir, files);
      const said = { out: dir, tasks: site.tasks.length, files: files.size };
      const sentence = `${showCount(said.tasks, "task")}: ${join(dir, "index.html")}`;
      call.io.out(flagOption(call, "json") ? JSON.stringify(said) : sentence);
      return EXIT.fine;
    }),
};

function folderOf(call: Call): string {
  const out = textOption(call, "out");
  if (out === null) throw new UsageError("--out DIR is missing: the folder to write.");
  const dir = resolve(call.io.cwd, out);
  if (existsSync(dir) && readdirSync(dir).length > 0 && !existsSync(join(dir, MARK))) {
    throw new CliError(`${out} is not empty and is no status page: name another folder.`);
  }
  return dir;
}

/** A reader sees the old file or the new one, never half of one. */
function writeSite(dir: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    const target = join(dir, path);
    mkdirSync(dirname(target), { recursive: true });
    replaceFile(target, text);
  }
  removeOldBadges(dir, files);
}

function replaceFile(target: string, text: string): void {
  const draft = `${target}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The badge of a task that is gone would say for ever what it said last. */
function removeOldBadges(dir: string, files: ReadonlyMap<string, string>): void {
  for (const path of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    const isBadge = path.startsWith(`badges${sep}`) && path.endsWith(".svg");
    if (isBadge && !files.has(path.replaceAll(sep, "/"))) rmSync(join(dir, path));
  }
}
