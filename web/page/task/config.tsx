import type { ConfigLine } from "../../records/records.ts";
import { Scroll } from "../look/scroll.tsx";

const FROM: Readonly<Record<ConfigLine["from"], string>> = {
  task: "the task",
  target: "its target",
  fleet: "the fleet's settings",
  deployment: "the deployment",
  default: "default",
};

/** What is in effect, and where each setting comes from. */
export function Config({ lines }: { lines: readonly ConfigLine[] }) {
  return (
    <Scroll label="Configuration">
      <table>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ field, value, from }) => (
            <tr key={field}>
              <td>
                <bdi>{field}</bdi>
              </td>
              <td>
                <bdi>{value}</bdi>
              </td>
              <td class={from === "default" ? "soft" : ""}>{FROM[from] ?? from}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
