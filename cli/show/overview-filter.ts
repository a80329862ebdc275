import type { Overview, OverviewTask } from "../../functions/history/history.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { textOption, textOptions } from "../command/read-option.ts";

const STATES = [
  ...["CRITICAL", "NO_DATA", "WARNING", "OK"],
  ...["waiting", "disabled", "rejected", "held"],
] as const;

/** Options that choose tasks of an overview. */
export const FILTER_OPTIONS: Options = {
  state: {
    type: "string",
    value: "STATE",
    multiple: true,
    about: `Only tasks in that state, one of ${STATES.join(", ")}; may be given several times.`,
  },
  tag: { type: "string", value: "NAME[=VALUE]", about: "Only tasks with this tag." },
  region: { type: "string", value: "REGION", about: "Only tasks that are checked from there." },
};

/** Whether a task is wanted. */
export type TaskFilter = (task: OverviewTask) => boolean;

/** The filter of a call's options and of the names that it gives; throws UsageError for one that can't be. */
export function taskFilter(call: Call, { regions }: Pick<Overview, "regions">): TaskFilter {
  const names = new Set(call.args);
  const filters = [stateFilter(call), tagFilter(call), regionFilter(call, regions)];
  return (task) =>
    (names.size === 0 || names.has(task.name)) && filters.every((filter) => filter(task));
}

function stateFilter(call: Call): TaskFilter {
  const wanted = textOptions(call, "state").map((word) => {
    const state = STATES.find((one) => one.toLowerCase() === word.toLowerCase());
    if (state !== undefined) return state;
    throw new UsageError(`--state must be one of ${STATES.join(", ")}, is "${word}".`);
  });
  return ({ status, standing, held }) =>
    wanted.length === 0 ||
    wanted.some((state) => state === (status ?? standing) || (state === "held" && held.length > 0));
}

function tagFilter(call: Call): TaskFilter {
  const text = textOption(call, "tag");
  if (text === null) return () => true;
  const [name = "", ...rest] = text.split("=");
  const value = rest.length === 0 ? null : rest.join("=");
  return ({ tags }) => {
    const own = Object.hasOwn(tags, name) ? tags[name] : undefined;
    return own !== undefined && (value === null || own === value);
  };
}

function regionFilter(call: Call, known: Overview["regions"]): TaskFilter {
  const region = textOption(call, "region");
  if (region === null) return () => true;
  if (known.includes(region)) return ({ regions }) => regions.includes(region);
  throw new UsageError(`--region must be one of ${known.join(", ")}, is "${region}".`);
}
