import type { OverviewRecord } from "../../records/records.ts";
import { Quieted } from "../quiet/quieted.tsx";
import { sharedHeld } from "../quiet/shared-held.ts";
import { isMaintained, lookOf } from "../words/look.ts";
import { countText } from "../words/number.ts";

interface GroupHeadProps {
  readonly id: string;
  readonly overview: OverviewRecord;
  readonly nowMs: number;
}

/** A group on its own page: how many are healthy, and what holds all of it. */
export function GroupHead({ id, overview, nowMs }: GroupHeadProps) {
  const members = overview.tasks.filter(({ targetId }) => targetId === id);
  const fine = members.filter((task) => lookOf(task) === "fine" || isMaintained(task)).length;
  const minHealthy = overview.groups.find(({ targetId }) => targetId === id)?.minHealthy ?? null;
  return (
    <header class="group-page">
      <h2>
        <bdi>{id}</bdi>
      </h2>
      <p class="soft">
        {fine} of {countText(members.length, "task")} fine
        {minHealthy !== null && `, ${minHealthy} healthy targets needed`}
      </p>
      <Quieted scope={{ kind: "target", id }} held={sharedHeld(members)} nowMs={nowMs} />
    </header>
  );
}
