import { DETAIL_TYPES } from "../../../shared/contract.ts";
import type { NotifyEvent } from "./event.ts";

/** What an event is about: events of one subject are told in their order. */
export function subjectOf({ "detail-type": type, detail, id }: NotifyEvent): string {
  if (typeof detail.task_name === "string") return `task ${detail.task_name}`;
  if (type === DETAIL_TYPES.storm) return `storm ${detail.number}`;
  if (typeof detail.region === "string") return `region ${detail.region}`;
  if (typeof detail.target_id === "string") return `group ${detail.target_id}`;
  return typeof detail.trouble === "string" ? `trouble ${detail.trouble}` : `event ${id}`;
}

/** Whether an event says that its trouble is over. */
export function isOver({ detail }: NotifyEvent): boolean {
  return detail.severity === "ok";
}
