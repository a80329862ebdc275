import { type Route, withQuery } from "../route/route.ts";
import { replaceRoute } from "../route/use-route.ts";
import { fleet } from "../state/fleet.ts";
import { useStore } from "../state/store.ts";

/** Chooses other tasks to lay over this one, e.g. internal over external. */
export function Compare({ route }: { route: Route }) {
  const tasks = useStore(fleet, (state) => state.overview?.tasks ?? null);
  const chosen = route.query.with ?? [];
  const set = (names: readonly string[]) => replaceRoute(withQuery(route, { with: names }));
  const add = (name: string) => {
    const isTask = tasks?.some((task) => task.name === name) ?? false;
    if (isTask && name !== route.name && !chosen.includes(name)) set([...chosen, name]);
    return isTask;
  };
  return (
    <div class="compare">
      <input
        list="other-tasks"
        placeholder="Compare with…"
        aria-label="Compare with another task"
        onInput={(event) => {
          if (add(event.currentTarget.value)) event.currentTarget.value = "";
        }}
      />
      <datalist id="other-tasks">
        {tasks?.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {chosen.map((name) => (
        <button
          key={name}
          type="button"
          class="chip"
          title="Take it away"
          onClick={() => set(chosen.filter((one) => one !== name))}
        >
          <bdi>{name}</bdi> ×
        </button>
      ))}
    </div>
  );
}
