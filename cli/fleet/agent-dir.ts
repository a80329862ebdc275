import type { Call, Options } from "../command/command.ts";
import { textOption } from "../command/read-option.ts";

const DEFAULT_DIR = ".synfleet-agent";

/** The option that names the folder of an agent's data. */
export const DATA_OPTION: Options = {
  data: {
    type: "string",
    value: "DIR",
    about: `What it keeps: the last plan, and results on their way (default ${DEFAULT_DIR}).`,
  },
};

/** The folder of an agent's data, as a call names it. */
export function agentDirOf(call: Call): string {
  return textOption(call, "data") ?? DEFAULT_DIR;
}
