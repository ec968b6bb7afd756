/** Menus made of `details`: one open at a time, closed by a click elsewhere. */
import { closeMenus } from "./keys";

/** Closes menus that a click went past. */
export function startMenus(): void {
  document.addEventListener("click", ({ target }) => {
    closeMenus(target instanceof Element ? target.closest("details.rt-menu") : null);
  });
}
