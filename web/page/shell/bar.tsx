import type { PageName } from "../route/route.ts";
import { fleet, type Link } from "../state/fleet.ts";
import { useNow } from "../state/now.ts";
import { useStore } from "../state/store.ts";
import { nextTheme, theme } from "../state/theme.ts";
import { durationText, exactText } from "../words/time.ts";

const PLACES: readonly { pages: readonly PageName[]; href: string; name: string }[] = [
  { pages: ["tasks", "group", "task"], href: "#/", name: "Tasks" },
  { pages: ["regions"], href: "#/regions", name: "Regions" },
  { pages: ["events"], href: "#/events", name: "Events" },
];

/** The bar on top: which fleet, which page, how fresh. */
export function Bar({ page, onHelp }: { page: PageName; onHelp: () => void }) {
  const name = useStore(fleet, (state) => state.overview?.fleet);
  const choice = useStore(theme, (state) => state.choice);
  return (
    <header class="bar">
      <a class="fleet" href="#/" title="Synfleet">
        <bdi>{name ?? "Synfleet"}</bdi>
      </a>
      <nav aria-label="Pages">
        {PLACES.map((place) => (
          <a
            key={place.href}
            href={place.href}
            aria-current={place.pages.includes(page) ? "page" : undefined}
          >
            {place.name}
          </a>
        ))}
      </nav>
      <Freshness />
      <button
        type="button"
        class="quiet"
        onClick={nextTheme}
        title="Colours: follow the system, light or dark"
      >
        {choice === "auto" ? "Auto" : choice === "dark" ? "Dark" : "Light"}
        <span class="unseen"> colours, press for the next choice</span>
      </button>
      <button type="button" class="quiet" onClick={onHelp} aria-keyshortcuts="?">
        Help
      </button>
    </header>
  );
}

const WORDS: Readonly<Record<Link, string>> = {
  connecting: "Connecting",
  live: "Live",
  polling: "Every 10 s",
  lost: "Server lost",
};

/** Whether news come by themselves, and when the last came. */
function Freshness() {
  const link = useStore(fleet, (state) => state.link);
  const judgedToMs = useStore(fleet, (state) => state.overview?.judgedToMs ?? null);
  const nowMs = useNow();
  const age = judgedToMs === null ? "" : `judged to ${durationText(nowMs - judgedToMs)} ago`;
  return (
    <p class={`fresh link-${link}`} title={judgedToMs === null ? undefined : exactText(judgedToMs)}>
      <span class="fresh-dot" aria-hidden="true" />
      {WORDS[link]}
      <span class="soft fresh-age">{age}</span>
    </p>
  );
}
