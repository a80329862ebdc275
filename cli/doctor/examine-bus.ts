import { busName } from "../../shared/contract.ts";
import { listOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, hint, orWell, unasked, wrong } from "./finding.ts";

/** Whether home's bus is there, and somebody hears of its events. */
export async function examineBus(
  { ask, fleet }: Examined,
  { region, isHome }: Place,
): Promise<Finding[]> {
  if (!isHome) return [];
  const about: About = { region, part: "bus" };
  const name = busName(fleet.name);
  const [bus, rules] = await Promise.all([
    ask("bus", { region, body: { Name: name } }),
    ask("rules", { region, body: { EventBusName: name, Limit: 100 } }),
  ]);
  if (bus.kind === "gone") return [wrong(about, `Bus ${name} is missing`, "deploy home's stack")];
  const found = bus.kind === "answer" ? [] : [unasked(about, `Bus ${name}`, bus)];
  if (rules.kind !== "answer" && rules.kind !== "gone")
    return [...found, unasked(about, `Which rules bus ${name} has`, rules)];
  return orWell(about, [
    ...found,
    ...(rules.kind === "gone" ? [] : ruleFindings(about, listOf(rules.fields, "Rules"))),
  ]);
}

function ruleFindings(about: About, rules: ReturnType<typeof listOf>): Finding[] {
  // Rules of AWS's own, as an archive's, tell nobody.
  const own = rules.filter(({ ManagedBy }) => ManagedBy === undefined);
  if (own.length === 0) {
    const todo = 'set alertEmail in cdk.json, or add a rule (README, "Subscribing")';
    return [hint(about, "Nobody hears of alerts: the bus has no rule", todo)];
  }
  return own
    .filter(({ State }) => State === "DISABLED")
    .map(({ Name }) => wrong(about, `Rule ${Name} is disabled`, "enable it, or delete it"));
}
