import { createStore } from "./store.ts";

/** What the reader chose. */
export type ThemeChoice = "auto" | "light" | "dark";

const KEY = "synfleet-theme";
const CHOICES: readonly ThemeChoice[] = ["auto", "light", "dark"];

/** The chosen theme, and whether it is dark now. */
export const theme = createStore<{ choice: ThemeChoice; isDark: boolean }>({
  choice: "auto",
  isDark: false,
});

/** Applies the kept choice, and follows the system where that was chosen. */
export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const { choice } = theme.get();
    const isDark = choice === "auto" ? system.matches : choice === "dark";
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    if (isDark !== theme.get().isDark) theme.set({ isDark });
  };
  theme.set({ choice: CHOICES.find((choice) => choice === kept()) ?? "auto" });
  apply();
  system.addEventListener("change", apply);
  theme.listen(apply);
}

/** Goes on to the next choice, and keeps it. */
export function nextTheme(): void {
  const { choice } = theme.get();
  const next = CHOICES[(CHOICES.indexOf(choice) + 1) % CHOICES.length] ?? "auto";
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
  theme.set({ choice: next });
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
