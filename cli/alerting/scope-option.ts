import { explainUnknownTarget } from "../../functions/operate/operate.ts";
import type { Scope } from "../../shared/alerting/settings/settings.ts";
import type { Call, Options } from "../command/command.ts";
import { UsageError } from "../command/errors.ts";
import { flagOption, textOption } from "../command/read-option.ts";
import type { OpenFleet } from "../fleet/open-fleet.ts";
import { openHome } from "../fleet/open-stores.ts";
import { explainUnknown } from "../tasks/unknown-task.ts";

/** What a call is about, if it is about no single task. */
export const SCOPE_OPTIONS: Options = {
  target: { type: "string", value: "ID", about: "All tasks with this target_id, instead of TASK." },
  all: { type: "boolean", about: "The whole fleet, instead of TASK." },
};

/** What the call is about; throws UsageError unless it names exactly one scope. */
export function scopeOption(call: Call): Scope {
  const [name] = call.args;
  const id = textOption(call, "target");
  const scopes: Scope[] = [
    ...(name === undefined ? [] : [{ kind: "task", name } as const]),
    ...(id === null ? [] : [{ kind: "target", id } as const]),
    ...(flagOption(call, "all") ? [{ kind: "fleet" } as const] : []),
  ];
  const [scope] = scopes;
  if (scope !== undefined && scopes.length === 1) return scope;
  throw new UsageError("Name one of TASK, --target ID and --all.");
}

/** Why no stored task is in the scope; null if one is. */
export async function explainScope(open: OpenFleet, scope: Scope): Promise<string | null> {
  if (scope.kind === "fleet") return null;
  if (scope.kind === "task") return explainUnknown(open, scope.name);
  return explainUnknownTarget(openHome(open).tasks, scope.id);
}
