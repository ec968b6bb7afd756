/** Theme and row height as the person chose them, kept in this browser. */
import { recall, remember } from "./storage";

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Sets theme and density on the root element, and the pressed state of the buttons that choose them. */
export function applyAppearance(): void {
  const root = document.documentElement;
  const theme = recall("theme") ?? "system";
  const density = recall("density") ?? "compact";
  root.dataset.scripts = "";
  root.dataset.bsTheme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
  root.dataset.density = density;
  press("[data-set-theme]", (button) => button.dataset.setTheme === theme);
  press("[data-set-density]", (button) => button.dataset.setDensity === density);
}

/** Makes the buttons for theme and density work, and follows the system while nothing was chosen. */
export function startTheme(): void {
  applyAppearance();
  dark.addEventListener("change", applyAppearance);
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const theme = target.closest<HTMLElement>("[data-set-theme]")?.dataset.setTheme;
    const density = target.closest<HTMLElement>("[data-set-density]")?.dataset.setDensity;
    if (theme) remember("theme", theme === "system" ? null : theme);
    if (density) remember("density", density === "compact" ? null : density);
    if (theme || density) applyAppearance();
  });
}

function press(selector: string, isPressed: (button: HTMLElement) => boolean): void {
  for (const button of document.querySelectorAll<HTMLElement>(selector)) {
    button.setAttribute("aria-pressed", String(isPressed(button)));
  }
}
