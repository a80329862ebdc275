import type { TaskRow } from "../../records/records.ts";
import { Mark } from "../look/mark.tsx";
import { type Route, withQuery } from "../route/route.ts";
import { replaceRoute } from "../route/use-route.ts";
import { LOOKS, wordOf } from "../words/look.ts";
import { choicesOf, type Filters, tallyOf } from "./filters.ts";

interface FilterBarProps {
  readonly route: Route;
  readonly tasks: readonly TaskRow[];
  readonly regions: readonly string[];
  readonly filters: Filters;
  readonly onHoldFleet: () => void;
}

/** Search, and a filter for each thing that a row shows. Everything is kept in the address. */
export function FilterBar({ route, tasks, regions, filters, onHoldFleet }: FilterBarProps) {
  const set = (key: string) => (value: string) =>
    replaceRoute(withQuery(route, { [key]: value === "" ? null : value }));
  const { groups, tags } = choicesOf(tasks);
  return (
    <search class="filters">
      <input
        id="search"
        type="search"
        placeholder="Search"
        aria-label="Search tasks, hosts, groups and tags"
        aria-keyshortcuts="/"
        value={filters.search}
        onInput={({ currentTarget }) => set("q")(currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
      />
      <Tally tasks={tasks} look={filters.look} onChoose={set("state")} />
      {route.page !== "group" && (
        <Menu name="Group" value={filters.group} values={groups} onChoose={set("group")} />
      )}
      <Menu name="Tag" value={filters.tag} values={tags} onChoose={set("tag")} />
      <Menu name="Region" value={filters.region} values={regions} onChoose={set("region")} />
      {route.page !== "group" && (
        <button type="button" class="button" aria-haspopup="dialog" onClick={onHoldFleet}>
          Hold all…
        </button>
      )}
    </search>
  );
}

interface TallyProps {
  readonly tasks: readonly TaskRow[];
  readonly look: Filters["look"];
  readonly onChoose: (look: string) => void;
}

/** How many tasks are in each state; a press shows only those. */
function Tally({ tasks, look, onChoose }: TallyProps) {
  const tally = tallyOf(tasks);
  const shown = ([...LOOKS, "held"] as const).filter((one) => tally.has(one) || one === look);
  return (
    <fieldset class="tally">
      <legend class="unseen">State</legend>
      {shown.map((one) => (
        <button
          key={one}
          type="button"
          class={`chip is-${one}`}
          aria-pressed={look === one}
          onClick={() => onChoose(look === one ? "" : one)}
        >
          {one !== "held" && <Mark look={one} size={12} />}
          <b>{(tally.get(one) ?? 0).toLocaleString("en")}</b>{" "}
          {one === "held" ? "held" : wordOf(one).toLowerCase()}
        </button>
      ))}
    </fieldset>
  );
}

interface MenuProps {
  readonly name: string;
  readonly value: string;
  readonly values: readonly string[];
  readonly onChoose: (value: string) => void;
}

function Menu({ name, value, values, onChoose }: MenuProps) {
  if (values.length < 2 && value === "") return null;
  const offered = value === "" || values.includes(value) ? values : [value, ...values];
  return (
    <select
      aria-label={name}
      value={value}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      <option value="">{`Any ${name.toLowerCase()}`}</option>
      {offered.map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}
