/** How many rows of a form are ticked, told on its button. */

/** Keeps the number beside every `[data-ticked]` of a `form[data-ticks]` true. */
export function startTicked(): void {
  document.addEventListener("change", ({ target }) => {
    const form = target instanceof Element ? target.closest("form[data-ticks]") : null;
    const shown = form?.querySelector("[data-ticked]");
    if (form && shown) shown.textContent = String(form.querySelectorAll("input[type=checkbox]:checked").length);
  });
}
