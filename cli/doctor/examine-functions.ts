import {
  ENV,
  FUNCTION_TIMEOUT_SECONDS,
  type FunctionName,
  functionName,
} from "../../shared/contract.ts";
import { sumOf } from "../../shared/sum-of.ts";
import { HOUR_MS, SECOND_MS } from "../../shared/units.ts";
import { showCount } from "../../terminal/count.ts";
import { type Fields, listOf, partOf } from "./ask-aws.ts";
import { type Deployed, knownRegions, sizeHints } from "./deployed-size.ts";
import { examineRole } from "./examine-role.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";

/** The functions of a fleet that a region has. */
function functionsIn(examined: Examined, { isHome, probed }: Place): FunctionName[] {
  const { hasStatusPage } = examined.expected;
  const home: FunctionName[] = [
    "plan",
    "aggregate",
    ...(hasStatusPage ? ["publish" as const] : []),
  ];
  return [...(isHome ? home : []), ...(probed === null ? [] : ["probe" as const])];
}

/** Whether each function is there, as this fleet wants it, and ran without errors in the last hour. */
export async function examineFunctions(examined: Examined, place: Place): Promise<Finding[]> {
  if (place.isAgent) return [];
  const { region } = place;
  const names = functionsIn(examined, place);
  const found = await Promise.all(
    names.map(async (name) => {
      const [own, counts] = await Promise.all([
        examineFunction(examined, place, name),
        examineCounts(examined, region, name),
      ]);
      return { own: [...own.found, ...counts], role: own.role };
    }),
  );
  return [
    ...orWell(
      { region, part: "functions" },
      found.flatMap(({ own }) => own),
    ),
    ...rolesOrWell(
      { region, part: "roles" },
      found.map(({ role }) => role),
    ),
  ];
}

/** The role of a function that is not known is not known either, which is said with the function. */
function rolesOrWell(about: About, roles: readonly (readonly Finding[] | null)[]): Finding[] {
  const found = roles.flatMap((role) => role ?? []);
  return roles.includes(null) ? found : orWell(about, found);
}

async function examineFunction(examined: Examined, place: Place, name: FunctionName) {
  const { region } = place;
  const about: About = { region, part: "functions" };
  const { ask, fleet } = examined;
  const whole = functionName(fleet.name, name);
  const path = `/2015-03-31/functions/${whole}/configuration`;
  const reply = await ask("function", { region, path });
  if (reply.kind === "gone") {
    const found = wrong(about, `Function ${whole} is missing`, "deploy this region's stack");
    return { found: [found], role: null };
  }
  if (reply.kind !== "answer")
    return { found: [unasked(about, `Function ${whole}`, reply)], role: null };
  return {
    found: [
      ...configFindings(examined, about, { name, whole, config: reply.fields }),
      ...sizeHints(examined, place, { name, whole, config: reply.fields }),
    ],
    role: await examineRole(examined, region, { name, role: reply.fields.Role }),
  };
}

function configFindings(
  { fleet }: Examined,
  about: About,
  { name, whole, config }: Deployed,
): Finding[] {
  const { State: state = "Active", LastUpdateStatus: update = "Successful", Timeout } = config;
  const variables = partOf(partOf(config, "Environment"), "Variables");
  const deploy = "deploy this region's stack";
  const isRunnable = state === "Active" || state === "Inactive";
  const regions = variables[ENV.regions];
  return [
    ...(isRunnable ? [] : [wrong(about, `Function ${whole} is ${state}`, deploy)]),
    ...(update === "Failed" ? [wrong(about, `The last update of ${whole} failed`, deploy)] : []),
    ...(Timeout === FUNCTION_TIMEOUT_SECONDS[name]
      ? []
      : [wrong(about, `Function ${whole} ends after ${Timeout} s`, deploy)]),
    ...(variables[ENV.fleet] === fleet.name && variables[ENV.home] === fleet.home
      ? []
      : [wrong(about, `Function ${whole} works for another fleet or home`, deploy)]),
    ...(name === "probe" || namesOf(regions) === fleet.regions.map((one) => one.name).join()
      ? []
      : [wrong(about, `Function ${whole} knows other regions than these`, "deploy home's stack")]),
  ];
}

/** The regions that a function knows and that are not retired. */
function namesOf(text: unknown): string | null {
  return (
    knownRegions(text)
      ?.map(({ name }) => name)
      .join() ?? null
  );
}

const COUNTED = ["Errors", "Throttles"] as const;

/** Errors and throttles of the last hour, by Lambda's own metrics. */
async function examineCounts(
  { ask, fleet, nowMs }: Examined,
  region: string,
  name: FunctionName,
): Promise<Finding[]> {
  const about: About = { region, part: "functions" };
  const whole = functionName(fleet.name, name);
  const body = {
    StartTime: (nowMs - HOUR_MS) / SECOND_MS,
    EndTime: nowMs / SECOND_MS,
    MetricDataQueries: COUNTED.map((metric) => queryOf(metric, whole)),
  };
  const reply = await ask("metrics", { region, body });
  if (reply.kind !== "answer") return [unasked(about, `Whether ${whole} had errors`, reply)];
  const countOf = (metric: string) =>
    sumOf(
      listOf(reply.fields, "MetricDataResults").filter(({ Id }) => Id === idOf(metric)),
      ({ Values }) => sumOf(Array.isArray(Values) ? Values : [], Number),
    );
  const [errors, throttles] = [countOf("Errors"), countOf("Throttles")];
  const article = (what: string) => `see docs/runbook.md, "${name} ${what}"`;
  const inHour = "in the last hour";
  return [
    ...(errors > 0
      ? [wrong(about, `${whole} had ${showCount(errors, "error")} ${inHour}`, article("errors"))]
      : []),
    ...(throttles > 0
      ? [wrong(about, `${whole} was throttled ${throttles} times ${inHour}`, article("throttled"))]
      : []),
  ];
}

function idOf(metric: string): string {
  return metric.toLowerCase();
}

function queryOf(MetricName: string, whole: string): Fields {
  const Dimensions = [{ Name: "FunctionName", Value: whole }];
  const Metric = { Namespace: "AWS/Lambda", MetricName, Dimensions };
  return { Id: idOf(MetricName), MetricStat: { Metric, Period: HOUR_MS / SECOND_MS, Stat: "Sum" } };
}
