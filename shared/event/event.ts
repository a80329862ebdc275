import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { Judgement, Transition } from "../health/health.ts";
import { advisoryDetail, stateChangeDetail } from "./detail.ts";
import type { AlertContext, OutgoingEvent } from "./outgoing.ts";

export { cutEvent } from "./cut-event.ts";
export { groupHealthEvent } from "./group-health.ts";
export { heartbeatEvent, type RegionHeartbeat } from "./heartbeat.ts";
export { inlineSchemas, type JsonSchema } from "./inline-schemas.ts";
export type { AlertContext, OutgoingEvent } from "./outgoing.ts";
export { regionImpairedEvent } from "./region-impaired.ts";
export { type FleetTrouble, troubleEvent } from "./trouble.ts";

/** The events of a judgement, one for each transition, in order of their sequence. */
export function eventsOf(
  { state, transitions }: Judgement,
  context: AlertContext,
): OutgoingEvent[] {
  const before = state.sequence - transitions.length;
  return transitions.map((transition, i) => {
    const id = eventId(transition, context);
    const stamp = { id, sequence: before + i + 1, status: state.status };
    const isState = transition.kind === "state";
    return {
      id,
      detailType: isState ? DETAIL_TYPES.stateChange : DETAIL_TYPES.regionAdvisory,
      time: transition.kind === "state" ? transition.atMs : context.window.periodEndMs,
      resources: resourcesOf(transition, context),
      detail: isState
        ? stateChangeDetail(transition, context, stamp)
        : advisoryDetail(transition, context, stamp),
    };
  });
}

/**
 * A status change has the id of its incident or spell: it is the same whenever and however often the
 * checks behind it are judged.
 */
function eventId(transition: Transition, { fleet, task, pass = 0 }: AlertContext): string {
  if (transition.kind === "state") {
    const { track, number, phase, from, to, atMs } = transition;
    const change = phase === "changed" ? [`${from} to ${to}`, atMs] : [];
    return deriveId(fleet, task.name, track, number, phase, ...change);
  }
  const { region, raised, reason, unhealthySinceMs } = transition;
  const change = `${region} ${raised ? "raised" : "cleared"}`;
  const again = pass > 0 ? [`pass ${pass}`] : [];
  return deriveId(fleet, task.name, reason, unhealthySinceMs, change, ...again);
}

function resourcesOf(transition: Transition, { fleet, task }: AlertContext): string[] {
  const resource = `synfleet/${fleet}/task/${task.name}`;
  return transition.kind === "state"
    ? [resource]
    : [resource, `synfleet/region/${transition.region}`];
}
