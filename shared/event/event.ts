import { DETAIL_TYPES } from "../contract.ts";
import { deriveId } from "../hash.ts";
import type { Transition } from "../health/health.ts";
import { startOfMinute } from "../units.ts";
import { certificateChangedDetail } from "./certificate-changed.ts";
import { advisoryDetail, stateChangeDetail } from "./detail.ts";
import { marksOf } from "./marks.ts";
import { noticeEvent } from "./notice.ts";
import type {
  AlertContext,
  EventStamp,
  MarkedTransition,
  OutgoingEvent,
  TaskEvents,
} from "./outgoing.ts";

export { cutEvent } from "./cut-event.ts";
export { groupHealthEvent } from "./group-health.ts";
export { heartbeatEvent, type RegionClock, type RegionHeartbeat } from "./heartbeat.ts";
export { inlineSchemas, type JsonSchema } from "./inline-schemas.ts";
export { judgedTroubleEvent, troubleSentence } from "./judged-trouble.ts";
export type { AlertContext, OutgoingEvent } from "./outgoing.ts";
export { quietingEvent } from "./quieting.ts";
export { regionImpairedEvent } from "./region-impaired.ts";
export { stormEvent } from "./storm.ts";
export { type FleetTrouble, troubleEvent } from "./trouble.ts";

/** The events of a task in a look: one for each transition and notice, in order of their sequence. */
export function eventsOf(
  { state, transitions, notices = [] }: TaskEvents,
  context: AlertContext,
): OutgoingEvent[] {
  const before = state.sequence - transitions.length - notices.length;
  const stampOf = (i: number) => ({ sequence: before + i + 1, status: state.status });
  return [
    ...transitions.map((transition, i) => changeEvent(transition, context, stampOf(i))),
    ...notices.map((notice, i) => noticeEvent(notice, context, stampOf(transitions.length + i))),
  ];
}

function changeEvent(
  transition: MarkedTransition,
  context: AlertContext,
  place: Omit<EventStamp, "id">,
): OutgoingEvent {
  const id = eventId(transition, context);
  const stamp = { ...place, id };
  const resources = resourcesOf(transition, context);
  if (transition.kind === "advisory") {
    const detail = { ...advisoryDetail(transition, context, stamp), ...marksOf(transition) };
    const { periodEndMs: time } = context.window;
    return { id, detailType: DETAIL_TYPES.regionAdvisory, time, resources, detail };
  }
  if (transition.kind === "certificate") {
    const changed = certificateChangedDetail(transition, context, stamp);
    const detail = { ...changed, ...marksOf(transition) };
    const { atMs: time } = transition;
    return { id, detailType: DETAIL_TYPES.certificateChanged, time, resources, detail };
  }
  const detail = { ...stateChangeDetail(transition, context, stamp), ...marksOf(transition) };
  return { id, detailType: DETAIL_TYPES.stateChange, time: transition.atMs, resources, detail };
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
  // It may come again much later, and is news then.
  if (transition.kind === "certificate") {
    const { after, atMs } = transition;
    return deriveId(fleet, task.name, "certificate", after.id, startOfMinute(atMs));
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
