import { useState } from "preact/hooks";
import { EventsPage } from "../events/events-page.tsx";
import { useKeys } from "../keys/use-keys.ts";
import { Overview } from "../overview/overview.tsx";
import { RegionsPage } from "../regions/regions-page.tsx";
import { parseRoute, type Route } from "../route/route.ts";
import { useRoute } from "../route/use-route.ts";
import { fleet } from "../state/fleet.ts";
import { useStore } from "../state/store.ts";
import { TaskPage } from "../task/task-page.tsx";
import { Banner } from "./banner.tsx";
import { Bar } from "./bar.tsx";
import { HelpDialog } from "./help-dialog.tsx";

/** The whole page. */
export function App() {
  const route = useRoute();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const announcement = useStore(fleet, (state) => state.announcement);
  useKeys({
    "?": () => setHelpOpen(true),
    "/": () => document.getElementById("search")?.focus(),
    Escape: goBack,
  });
  return (
    <>
      <Bar page={route.page} onHelp={() => setHelpOpen(true)} />
      <Banner
        isShort={route.page === "task" || route.page === "events" || route.page === "regions"}
      />
      <main>
        <Content route={route} />
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {announcement}
      </p>
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </>
  );
}

function Content({ route }: { route: Route }) {
  if (route.page === "task") return <TaskPage key={route.name} route={route} />;
  if (route.page === "events") return <EventsPage route={route} />;
  if (route.page === "regions") return <RegionsPage />;
  return <Overview route={route} />;
}

/** Escape leaves a page for the overview, and there does nothing. */
function goBack(): void {
  const { page } = parseRoute(location.hash);
  if (page === "tasks") return;
  if (history.length > 1) history.back();
  else location.hash = "#/";
}
