import { type EpochMs, showSince } from "../units.ts";
import { dayBars } from "./bars.ts";
import { escapeXml } from "./escape.ts";
import type { Outage, StatusSite, StatusState, StatusTask } from "./model.ts";
import { SIGNS, showInstant, showPercent, WORDS } from "./words.ts";
import { worstOf } from "./worst.ts";

/** Nothing but the style sheet beside the page is loaded, and no script runs. */
const POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'";

/** The whole page. Browsers read it anew each minute. */
export function pageHtml(site: StatusSite): string {
  const { title, tasks, outages, asOfMs } = site;
  const worst = worstOf(tasks);
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta http-equiv="refresh" content="60">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${SIGNS[worst]} ${escapeXml(title)}</title>`,
    '<link rel="stylesheet" href="style.css">',
    "</head>",
    "<body>",
    `<h1>${escapeXml(title)}</h1>`,
    "<main>",
    `<p class="headline ${worst}">${escapeXml(headlineOf(tasks))}</p>`,
    ...sectionsOf(tasks),
    ...outagesOf(outages, asOfMs),
    "</main>",
    `<footer>${asOfMs === null ? "Nothing has been checked yet." : `As of ${showInstant(asOfMs)}.`} Bars are days in UTC. Machines read <a href="status.json">status.json</a>.</footer>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

function headlineOf(tasks: readonly StatusTask[]): string {
  const count = (state: StatusState) => tasks.filter((task) => task.state === state).length;
  const some = (number: number, what: string) =>
    `${number} of ${tasks.length} ${tasks.length === 1 ? "service" : "services"} ${number === 1 ? "is" : "are"} ${what}.`;
  if (tasks.length === 0) return "Nothing is shown here yet.";
  for (const [state, what] of SAID) if (count(state) > 0) return some(count(state), what);
  return tasks.length === 1 ? "The service is operational." : "All services are operational.";
}

const SAID: readonly (readonly [StatusState, string])[] = [
  ["down", "down"],
  ["no_data", "without data"],
  ["degraded", "degraded"],
  ["maintenance", "in maintenance"],
  ["unknown", "not checked yet"],
];

function sectionsOf(tasks: readonly StatusTask[]): string[] {
  const groups = Map.groupBy(tasks, ({ group }) => group);
  const single = groups.get(null) ?? [];
  const named = [...groups].flatMap(([group, own]) =>
    group === null ? [] : [`<h2>${escapeXml(group)}</h2>`, ...listOf(own)],
  );
  const rest =
    single.length === 0
      ? []
      : [`<h2>${named.length === 0 ? "Services" : "Other services"}</h2>`, ...listOf(single)];
  return [...named, ...rest];
}

function listOf(tasks: readonly StatusTask[]): string[] {
  return ["<ul>", ...tasks.map(taskHtml), "</ul>"];
}

function taskHtml({ name, host, state, days, uptimePercent }: StatusTask): string {
  const shownHost = host === null ? "" : ` <span class="host">${escapeXml(host)}</span>`;
  const label = `Uptime of ${name} in the last ${days.length} days: ${showPercent(uptimePercent)}`;
  return [
    "<li>",
    `<div class="row"><span class="name">${escapeXml(name)}${shownHost}</span><span class="state ${state}">${SIGNS[state]} ${WORDS[state]}</span></div>`,
    dayBars(days, label),
    `<div class="note"><span>${days.length} days ago</span><span>${showPercent(uptimePercent)} uptime</span><span>today</span></div>`,
    "</li>",
  ].join("\n");
}

function outagesOf(outages: readonly Outage[], asOfMs: EpochMs | null): string[] {
  if (outages.length === 0) return ["<h2>Incidents</h2>", "<p>None in this time.</p>"];
  const items = outages.map(({ taskName, fromMs, toMs }) => {
    const endMs = toMs ?? asOfMs ?? fromMs;
    const lasted = showSince(fromMs, endMs);
    const said = toMs === null ? `is down, for ${lasted} so far` : `was down for ${lasted}`;
    return `<li><span class="name">${escapeXml(taskName)}</span> ${said}<div class="note"><span>${showInstant(fromMs)}${toMs === null ? "" : ` to ${showInstant(toMs)}`}</span></div></li>`;
  });
  return ["<h2>Incidents</h2>", "<ul>", ...items, "</ul>"];
}
