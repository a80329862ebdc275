import { ENV, functionName } from "../../shared/contract.ts";
import { listOf, partOf } from "./ask-aws.ts";
import type { Examined, Place } from "./examined.ts";
import { type About, type Finding, orWell, unasked, wrong } from "./finding.ts";

/** States of an event source that brings messages, or will within a minute. */
const AT_WORK: readonly unknown[] = ["Creating", "Enabling", "Enabled", "Updating"];

const DRIFTED = "deploy with --revert-drift; until then probes wait for their next burst";

/** Where probes have a queue that brings the next burst: whether it is there, and fed to them. */
export async function examineBursts(
  { ask, fleet }: Examined,
  { region, isAgent, probed }: Place,
): Promise<Finding[]> {
  if (isAgent || probed === null) return [];
  const about: About = { region, part: "bursts" };
  const name = functionName(fleet.name, "probe");
  const probe = await ask("function", {
    region,
    path: `/2015-03-31/functions/${name}/configuration`,
  });
  // What is wrong with the function itself is said with the functions.
  if (probe.kind !== "answer") return [];
  const { [ENV.burstQueue]: url } = partOf(partOf(probe.fields, "Environment"), "Variables");
  if (typeof url !== "string" || url === "") return [];
  const [queue, mappings] = await Promise.all([
    ask("queue", { region, body: { QueueUrl: url, AttributeNames: ["QueueArn"] } }),
    ask("mappings", { region, path: `/2015-03-31/event-source-mappings?FunctionName=${name}` }),
  ]);
  const own = url.slice(url.lastIndexOf("/") + 1);
  if (queue.kind === "gone") return [wrong(about, `Queue ${own} is missing`, DRIFTED)];
  return orWell(about, [
    ...(queue.kind === "answer" ? [] : [unasked(about, `Queue ${own}`, queue)]),
    ...(mappings.kind === "answer"
      ? sourceFindings(about, own, listOf(mappings.fields, "EventSourceMappings"))
      : [unasked(about, `The event source of ${own}`, mappings)]),
  ]);
}

function sourceFindings(
  about: About,
  queue: string,
  sources: ReturnType<typeof listOf>,
): Finding[] {
  const own = sources.find(({ EventSourceArn }) => String(EventSourceArn).endsWith(`:${queue}`));
  if (own === undefined)
    return [wrong(about, `Nothing brings the messages of queue ${queue} to the probe`, DRIFTED)];
  if (AT_WORK.includes(own.State)) return [];
  return [wrong(about, `The event source of queue ${queue} is ${own.State}`, "enable it")];
}
