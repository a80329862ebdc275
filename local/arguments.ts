import { parseArgs } from "node:util";
import { type Fleet, parseFleet } from "../shared/plan/plan.ts";
import { isLocationName, LOCATION_NAME_RULE } from "../shared/units.ts";
import { joinNegatives, valuelessSentence } from "../terminal/option-values.ts";
import { type PagePlace, parsePlace, USUAL_PORT } from "../web/server/place/page-place.ts";
import { DEFAULT_DATA_DIR } from "./aws/local-data.ts";
import { DEFAULT_REGIONS, localFleet } from "./aws/local-fleet.ts";
import { parseDeadMan } from "./dead-man-place.ts";
import { type OtlpTarget, parseOtlpTarget } from "./otlp/otlp-target.ts";

/** The options of `npm start`. */
export interface StartOptions {
  /** None means the example, with its demo servers. */
  readonly tasksFiles: readonly string[];
  readonly rulesFile: string | null;
  readonly dataDir: string;
  readonly fleet: Fleet;
  /** Null means until stopped. */
  readonly minutes: number | null;
  readonly json: boolean;
  /** Where the page is; null without one. Its token is read later. */
  readonly page: PageOptions | null;
  /** Where OpenTelemetry metrics go; null if nowhere. */
  readonly otlp: OtlpTarget | null;
  /** The URL that is told when the fleet runs, or the secret that holds it; null without one. */
  readonly deadMan: string | null;
}

/** The page as the options ask for it. */
export interface PageOptions extends Omit<PagePlace, "token"> {
  /** Null for the variable. */
  readonly tokenFile: string | null;
}

/** The options are wrong; the message has one line for each problem. */
export class ArgumentsError extends Error {}

/** Each pretend region is a thread of 25 MB that takes most of a second to start; AWS has fewer regions. */
const MAX_REGIONS = 40;

/** The text of `--help`. */
export const HELP = `Probes TCP ports from pretend regions on this machine.

  npm start -- [options]

  --tasks FILE      the tasks: TOML, YAML or JSON, or a folder of such files (default: an example
                    with its own servers); several files with a --tasks for each
  --regions A,B,C   names of the pretend regions, at most ${MAX_REGIONS}
                    (default: ${DEFAULT_REGIONS.join(",")})
  --agents A,B      further regions that agents probe: npx synfleet agent --local DIR --location A
  --shards N        probe shards in each region, 1 to 100 (default: 1)
  --minutes N       check for N minutes (at least two, so that one of them is a whole minute),
                    summarise every whole minute, and stop
  --no-rate-limit   no limit of how often one host is checked, as for the example; without it a task
                    without rate_limit has the usual one, 100 checks at once and 50 a second
  --json            JSON lines on standard output, each with "kind":
                    started, result, summary, alert, stopped; other output on standard error
  --rules FILE      where events go: a JSON list of { name, pattern, targets } with EventBridge
                    patterns; targets are { "type": "terminal" }, { "type": "file", "path" } and those
                    of docs/notifications.md, such as { "type": "slack", "url": "\${SLACK_URL}" };
                    npx synfleet notify test --rules FILE tries them
                    (default: alerts to the terminal and alerts.jsonl)
  --page PORT       the port of the page (default: ${USUAL_PORT}; 0 for a free one); --no-page for none
  --listen ADDRESS  where the page listens, e.g. 0.0.0.0 or 0.0.0.0:${USUAL_PORT} (default: this machine
                    only); it then needs a token of at least 16 characters, in SYNFLEET_PAGE_TOKEN or
                    with --token-file FILE
  --host NAME       a further name under which the page is asked, e.g. behind a proxy; may be repeated
  --otlp URL        OpenTelemetry metrics, once a minute, to that collector by OTLP/HTTP; env takes
                    OTEL_EXPORTER_OTLP_ENDPOINT; headers are in OTEL_EXPORTER_OTLP_HEADERS
  --dead-man URL    asked once a minute while all is well, so that somebody outside notices when it is
                    not; also file:PATH with the URL in it, or env for SYNFLEET_DEAD_MAN
  --data DIR        the folder of the data (default: ${DEFAULT_DATA_DIR})
  --help            show this help

Ctrl-C stops it in order; a second Ctrl-C stops it at once. A tasks file is applied whenever it is
saved and has been still for half a second. While it has a problem, or no task, it removes none.
`;

const MAX_MINUTES = 1_000_000;

/** Parses the command line; throws ArgumentsError with every problem. */
export function parseArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): StartOptions | "help" {
  const { values } = parseStrictly(argv);
  if (values.help === true) return "help";
  const problems: string[] = [];
  const shards = wholeNumber("--shards", values.shards ?? "1", 100);
  const minutes = wholeNumber("--minutes", values.minutes ?? "1", MAX_MINUTES);
  for (const parsed of [shards, minutes]) if (typeof parsed === "string") problems.push(parsed);
  const fleet = fleetOf(values, Number(shards), problems);
  const page = pageOf(values, problems);
  for (const name of ["tasks", "rules", "data", "token-file"] as const) {
    if ([values[name]].flat().includes("")) problems.push(`--${name} must not be empty`);
  }
  const otlp = otlpOf(values.otlp, env, problems);
  const deadMan = parseDeadMan(values["dead-man"], env, problems);
  if (problems.length > 0) throw new ArgumentsError(problems.join("\n"));
  return {
    tasksFiles: [...new Set(values.tasks)],
    rulesFile: values.rules ?? null,
    dataDir: values.data ?? DEFAULT_DATA_DIR,
    fleet: isUnlimited(values) ? { ...fleet, rateLimit: "disabled" } : fleet,
    minutes: values.minutes === undefined ? null : Number(minutes),
    json: values.json ?? false,
    page,
    otlp,
    deadMan,
  };
}

const OPTIONS = {
  tasks: { type: "string", multiple: true },
  regions: { type: "string" },
  agents: { type: "string" },
  shards: { type: "string" },
  minutes: { type: "string" },
  json: { type: "boolean" },
  data: { type: "string" },
  rules: { type: "string" },
  otlp: { type: "string" },
  "dead-man": { type: "string" },
  "no-rate-limit": { type: "boolean" },
  page: { type: "string" },
  "no-page": { type: "boolean" },
  listen: { type: "string" },
  host: { type: "string", multiple: true },
  "token-file": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

function parseStrictly(argv: readonly string[]) {
  try {
    return parseArgs({ args: joinNegatives(argv, OPTIONS), options: OPTIONS });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ArgumentsError(valuelessSentence(error.message) ?? error.message);
  }
}

/** The example's servers are its own. */
function isUnlimited(values: ReturnType<typeof parseStrictly>["values"]): boolean {
  return values["no-rate-limit"] === true || values.tasks === undefined;
}

function otlpOf(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): OtlpTarget | null {
  const target = option === undefined ? null : parseOtlpTarget(option, env);
  if (typeof target !== "string") return target;
  problems.push(target);
  return null;
}

function wholeNumber(option: string, text: string, most: number): number | string {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= most) return value;
  return `${option} must be a whole number from 1 to ${most}, is "${text}"`;
}

function pageOf(
  values: ReturnType<typeof parseStrictly>["values"],
  problems: string[],
): PageOptions | null {
  const { page: port = null, listen = null, host: names = [] } = values;
  const place = parsePlace({ port, listen, names });
  if (Array.isArray(place)) problems.push(...place);
  if (values["no-page"] === true || Array.isArray(place)) return null;
  return { ...place, tokenFile: values["token-file"] ?? null };
}

function fleetOf(
  values: ReturnType<typeof parseStrictly>["values"],
  shards: number,
  problems: string[],
): Fleet {
  const namesIn = (listed: string | undefined) => listed?.split(",").map((name) => name.trim());
  const regions = namesIn(values.regions) ?? DEFAULT_REGIONS;
  const agents = namesIn(values.agents) ?? [];
  const odd = agents.filter((name) => !isLocationName(name));
  for (const name of odd)
    problems.push(`--agents must be names of ${LOCATION_NAME_RULE}, has "${name}"`);
  const fleet = localFleet(regions, Number.isNaN(shards) ? 1 : shards, agents);
  if (regions.length > MAX_REGIONS) {
    problems.push(`--regions must name 1 to ${MAX_REGIONS} regions, names ${regions.length}`);
  }
  try {
    parseFleet({ fleet: fleet.name, home: fleet.home, regions: JSON.stringify(fleet.regions) });
  } catch (error) {
    problems.push(`--regions: ${error instanceof Error ? error.message : String(error)}`);
  }
  return fleet;
}
