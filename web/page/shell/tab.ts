import type { Tone } from "../words/headline.ts";

const ICONS: Readonly<Record<Tone, string>> = {
  down: '<path fill="#d55e00" d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path stroke="#fff" stroke-width="2" d="M5 5l6 6M11 5l-6 6"/>',
  warning: '<path fill="#e69f00" d="M8 1 16 15H0z"/>',
  sick: '<path fill="#cc79a7" d="M8 0l8 8-8 8-8-8z"/>',
  silent: '<circle cx="8" cy="8" r="6" fill="none" stroke="#8b96a2" stroke-width="3"/>',
  waiting: '<circle cx="8" cy="8" r="6" fill="none" stroke="#8b96a2" stroke-width="3"/>',
  fine: '<circle cx="8" cy="8" r="7" fill="#009e73"/>',
};

const SIGNS: Readonly<Record<Tone, string>> = {
  ...{ down: "✕", warning: "▲", sick: "◆", silent: "?", waiting: "…", fine: "✓" },
};

/** Shows the state in the browser's tab: title and icon. */
export function showInTab(tone: Tone, text: string): void {
  document.title = `${SIGNS[tone]} ${text}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${ICONS[tone]}</svg>`;
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]") ?? addIcon();
  link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function addIcon(): HTMLLinkElement {
  const link = document.createElement("link");
  link.rel = "icon";
  document.head.append(link);
  return link;
}
