import { useEffect, useState } from "preact/hooks";
import { parseRoute, printRoute, type Route } from "./route.ts";

/** The route of the address, and again whenever that changes. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const read = () => setRoute(parseRoute(location.hash));
    addEventListener("hashchange", read);
    return () => removeEventListener("hashchange", read);
  }, []);
  return route;
}

/** Goes to a route, so that the browser's way back leads here. */
export function goTo(route: Route): void {
  location.hash = printRoute(route);
}

/** Changes the address without a step in the browser's history, e.g. while somebody types. */
export function replaceRoute(route: Route): void {
  history.replaceState(null, "", printRoute(route));
  dispatchEvent(new HashChangeEvent("hashchange"));
}
