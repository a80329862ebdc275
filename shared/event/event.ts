import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { Judgement, Transition } from "../health/health.ts";
import { advisoryDetail, stateChangeDetail } from "./detail.ts";
import type { AlertContext, OutgoingEvent } from "./outgoing.ts";

export { cutEvent } from "./cut-event.ts";
export { heartbeatEvent, type RegionHeartbeat } from "./heartbeat.ts";
export { inlineSchemas, type JsonSchema } from "./inline-schemas.ts";
export type { AlertContext, OutgoingEvent } from "./outgoing.ts";
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
      time: context.window.periodEndMs,
      resources: resourcesOf(transition, context),
      detail: isState
        ? stateChangeDetail(transition, context, stamp)
        : advisoryDetail(transition, context, stamp),
    };
  });
}

function eventId(transition: Transition, { fleet, task, window, pass = 0 }: AlertContext): string {
  const change =
    transition.kind === "state"
      ? `${transition.from} to ${transition.to}`
      : `${transition.region} ${transition.raised ? "raised" : "cleared"}`;
  const again = pass > 0 ? [`pass ${pass}`] : [];
  return deriveId(fleet, task.name, transition.reason, window.periodStartMs, change, ...again);
}

function resourcesOf(transition: Transition, { fleet, task }: AlertContext): string[] {
  const resource = `synfleet/${fleet}/task/${task.name}`;
  return transition.kind === "state"
    ? [resource]
    : [resource, `synfleet/region/${transition.region}`];
}
