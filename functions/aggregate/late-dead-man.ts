import { DEAD_MAN_ENV } from "../../shared/contract.ts";
import type { RegionName } from "../../shared/units.ts";
import { SignedSender } from "../adapters/signed-request/signed-request.ts";
import type { DeadMan } from "../ports/dead-man.ts";
import type { Environment } from "../read-environment.ts";

const USUAL_METHOD = "GET";

/** The dead man that a deployment names, whose code is loaded with the first sign of life; null without one. */
export function lateDeadMan(environment: Environment, region: RegionName): DeadMan | null {
  const place = environment[DEAD_MAN_ENV.place];
  if (!place) return null;
  const method = environment[DEAD_MAN_ENV.method] || USUAL_METHOD;
  let opening: Promise<DeadMan> | null = null;
  const open = async () => {
    const { openDeadMan } = await import("#dead-man");
    const sender = new SignedSender();
    const monotonic = () => performance.now();
    return openDeadMan({ region, environment, monotonic, sender }, { place, method });
  };
  return {
    tell: async () => {
      opening ??= open();
      // What can't be loaded is tried again, and fails no run.
      const deadMan = await opening.catch(() => null);
      if (deadMan !== null) return deadMan.tell();
      opening = null;
      return "NOT_LOADED";
    },
  };
}
