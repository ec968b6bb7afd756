/** The map of relationships: on its page the drawing. */
import { Drawing } from "./drawing";

const section = document.querySelector<HTMLElement>("[data-graph]");
if (section) startDrawing(section);

function startDrawing(section: HTMLElement): void {
  const drawing = new Drawing(section);
  document.addEventListener("roundtable:changed", ({ target }) => {
    if (target instanceof HTMLElement && target.matches("[data-graph-source]")) void drawing.load();
  });
  const finder = document.querySelector<HTMLInputElement>("input[data-graph-find]");
  // Words that are being typed narrow nothing: the record that is chosen in the end is shown.
  finder?.addEventListener("input", (event) => event.stopPropagation());
  finder?.addEventListener("change", () => {
    const chosen = finder.parentElement?.querySelector<HTMLInputElement>("[data-combobox-value]");
    if (!chosen?.value) return;
    drawing.find(chosen.value);
    finder.value = chosen.value = "";
  });
}
