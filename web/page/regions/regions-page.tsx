import type { RegionsRecord } from "../../records/records.ts";
import { fleet } from "../state/fleet.ts";
import { useNow } from "../state/now.ts";
import { useStore } from "../state/store.ts";
import { useRecord } from "../state/use-record.ts";
import { listText } from "../words/number.ts";
import { Matrix } from "./matrix.tsx";
import { RegionCard } from "./region-card.tsx";

/** The probing regions themselves, and how each target looks from each of them. */
export function RegionsPage() {
  const minuteMs = useStore(fleet, (state) => state.overview?.judgedToMs ?? 0);
  const { record, problem } = useRecord<RegionsRecord>("/api/regions", {}, minuteMs);
  const nowMs = useNow();
  if (record === null) return <p class="empty">{problem ?? "Reading the regions"}</p>;
  return (
    <>
      <div class="region-cards">
        {record.regions.map((region) => (
          <RegionCard key={region.name} region={region} nowMs={nowMs} />
        ))}
      </div>
      {record.retired.length > 0 && <p class="soft">Retired: {listText(record.retired)}.</p>}
      <section class="panel">
        <h2>Whose path is it?</h2>
        <p class="soft">
          A row that fails everywhere is the target; a column is the region. Loss is the share of
          handshakes whose SYN was sent again.
        </p>
        <Matrix matrix={record.matrix} regions={record.regions.map(({ name }) => name)} />
      </section>
    </>
  );
}
