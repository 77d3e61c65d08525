// Light, dark, or as the system says; remembered by the browser.
import { state, set } from "/store.js";

const KEY = "slack-sim theme";
const THEMES = { system: ["auto", "Auto"], light: ["sun", "Light"], dark: ["moon", "Dark"] };

export const themeIcon = (name) => THEMES[name][0];
export const themeName = (name) => THEMES[name][1];

function apply(name) {
  set({ theme: name });
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

export function recallTheme() {
  const name = kept();
  apply(Object.hasOwn(THEMES, name) ? name : "system");
}

export function nextTheme() {
  const names = Object.keys(THEMES);
  const name = names[(names.indexOf(state.theme) + 1) % names.length];
  apply(name);
  try {
    localStorage.setItem(KEY, name);
  } catch {
    // A browser that keeps nothing begins with the system's colours each time.
  }
}

function kept() {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}
