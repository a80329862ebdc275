import { useEffect } from "preact/hooks";
import { Mark } from "../look/mark.tsx";
import { fleet } from "../state/fleet.ts";
import { useNow } from "../state/now.ts";
import { useStore } from "../state/store.ts";
import { type Headline, headlineOf } from "../words/headline.ts";
import { durationText } from "../words/time.ts";
import { Pulse } from "./pulse.tsx";
import { showInTab } from "./tab.ts";

/** The sentence that answers what is down, since when, seen from where, and whose fault it is. */
export function Banner({ isShort }: { isShort: boolean }) {
  const { tone, text, more } = useHeadline();
  useEffect(() => showInTab(tone, text), [tone, text]);
  return (
    <section
      class={`banner tone-${tone}${isShort ? " is-short" : ""}`}
      aria-label="State of the fleet"
    >
      <Mark look={tone} size={isShort ? 18 : 40} />
      <div class="banner-words">
        <h1>{text}</h1>
        {!isShort && more !== null && <p>{more}</p>}
      </div>
      {!isShort && <Pulse />}
    </section>
  );
}

/** The headline by the server's time, also while no new overview comes. */
function useHeadline(): Headline {
  const overview = useStore(fleet, (state) => state.overview);
  const link = useStore(fleet, (state) => state.link);
  const problem = useStore(fleet, (state) => state.problem);
  const heardAtMs = useStore(fleet, (state) => state.heardAtMs);
  const nowMs = useNow();
  if (link === "lost") {
    const since = heardAtMs === null ? "" : ` for ${durationText(Date.now() - heardAtMs)}`;
    const old = overview === null ? "" : " What stands below is from before.";
    return {
      tone: "silent",
      text: `The page's server ${since === "" ? "does not answer" : `has not answered${since}`}`,
      more: `${problem}.${old}`,
    };
  }
  if (overview === null) return { tone: "waiting", text: "Reading the fleet", more: null };
  return headlineOf({ ...overview, nowMs: Math.max(nowMs, overview.nowMs) });
}
