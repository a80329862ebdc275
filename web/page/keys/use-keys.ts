import { useLayoutEffect } from "preact/hooks";

/** What a key does; true if it did something, so that the browser does nothing. */
export type Keys = Readonly<Record<string, () => void>>;

/** Listens for single keys, unless somebody types or a dialog is open. */
export function useKeys(keys: Keys): void {
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const act = keys[event.key];
      if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTaken(event)) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  });
}

/** Fields, buttons and links have keys of their own. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]") !== null) return true;
  const element = target as HTMLElement;
  if (element.matches?.("input, textarea, select")) return key !== "Escape";
  return key === "Enter" && (element.matches?.("a, button, summary") ?? false);
}
