import { Scroll } from "../look/scroll.tsx";
import { evidenceOf, valueText } from "./evidence-parts.ts";

const VOTE_COLUMNS = [
  ["region", "Region"],
  ["vote", "Vote"],
  ["rule", "Rule"],
  ["value", "Value"],
  ["limit", "Limit"],
  ["sample_count", "Checks"],
  ["failed_connections", "Failed"],
  ["avg_connect_time_ms", "Average ms"],
  ["failures_by_kind", "Kinds"],
] as const;

const SAMPLE_COLUMNS = [
  ["region", "Region"],
  ["at", "At"],
  ["success", "Passed"],
  ["error_kind", "Kind"],
  ["recheck", "Recheck"],
] as const;

type Fields = Readonly<Record<string, unknown>>;

/** Why an event came: the votes by region, the checks that decided, and every other field. */
export function Evidence({ detail }: { detail: Fields }) {
  const { votes, samples, fields } = evidenceOf(detail);
  return (
    <>
      <Table title="Votes" columns={VOTE_COLUMNS} rows={votes} />
      <Table title="Deciding checks" columns={SAMPLE_COLUMNS} rows={samples} />
      <dl class="fields">
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface TableProps {
  readonly title: string;
  readonly columns: readonly (readonly [string, string])[];
  readonly rows: readonly Fields[];
}

function Table({ title, columns, rows }: TableProps) {
  if (rows.length === 0) return null;
  return (
    <Scroll label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {columns.map(([, name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={`${row.region} ${row.at} ${i}`}>
              {columns.map(([field]) => (
                <td key={field}>{valueText(row[field])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
