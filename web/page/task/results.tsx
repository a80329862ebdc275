import type { ResultsRecord } from "../../records/records.ts";
import { KindLink } from "../look/kind-link.tsx";
import { Scroll } from "../look/scroll.tsx";
import { At } from "../look/when.tsx";
import { useRecord } from "../state/use-record.ts";
import { bandText, msText } from "../words/number.ts";
import { noteOf } from "./note.ts";

/** The last checks, one by one. */
export function Results({
  name,
  nowMs,
  version,
}: {
  name: string;
  nowMs: number;
  version: number;
}) {
  const { record, problem } = useRecord<ResultsRecord>(
    "/api/results",
    { name, limit: 50 },
    version,
  );
  if (problem !== null) return <p class="soft">{problem}</p>;
  if (record?.rows.length === 0) return <p class="soft">No check in the last 24 hours.</p>;
  return (
    <Scroll label="Last results">
      <table>
        <thead>
          <tr>
            {["Scheduled", "Region", "Result", "Connect", "Address", "Note"].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {record?.rows.map((row) => (
            <tr key={`${row.id}`}>
              <td>
                <At atMs={Date.parse(`${row.scheduled_at}`)} nowMs={nowMs} hasSeconds />
              </td>
              <td>{`${row.region}`}</td>
              <td class={row.success === true ? "is-fine" : "is-down"}>
                <b>{row.success === true ? "passed" : "failed"}</b>{" "}
                {typeof row.error_kind === "string" && <KindLink kind={row.error_kind} />}
              </td>
              <td class="number" title={bandText(row.connect_time_ms as number | null)}>
                {msText(row.connect_time_ms as number | null)}
              </td>
              <td>{`${row.address ?? "–"}`}</td>
              <td class="note">{noteOf(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
