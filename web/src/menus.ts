/** Menus and forms made of `details` that lie over the page: one open at a time, closed by a click elsewhere. */
import { closeMenus } from "./keys";

/** Closes menus that a click went past, and leads into the form of one that opens. */
export function startMenus(): void {
  // `toggle` does not bubble.
  document.addEventListener("toggle", ({ target }) => {
    if (!(target instanceof HTMLDetailsElement) || !target.open || !target.matches(".rt-menu")) return;
    target.querySelector<HTMLElement>("form input.form-control, form textarea")?.focus();
  }, true);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    // By the way of the event: what was clicked, such as a choice that was taken, may be gone from the page by now.
    const menu = event.composedPath().find((part) => part instanceof Element && part.matches("details.rt-menu"));
    closeMenus(menu instanceof Element ? menu : null);
    // A record that is made for the form is made in a dialog; what was clicked may be gone from the page by now.
    if (target?.closest("dialog")) return;
    const isCancel = target?.closest(".rt-add-over .rt-form-buttons a");
    if (isCancel) event.preventDefault();
    for (const form of document.querySelectorAll<HTMLDetailsElement>("details.rt-add-over[open]")) {
      if (isCancel || !event.composedPath().includes(form)) form.open = false;
    }
  });
}
