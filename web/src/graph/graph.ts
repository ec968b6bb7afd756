/** The map of relationships: on its page the drawing; beside it, as a worker, what arranges a crowd. */
import cytoscape from "cytoscape";
import fcose from "cytoscape-fcose";
import { serveArranging } from "./arranging";
import { Drawing } from "./drawing";

cytoscape.use(fcose);
if (typeof document === "undefined") serveArranging();
else startDrawing();

function startDrawing(): void {
  const section = document.querySelector<HTMLElement>("[data-graph]");
  if (!section) return;
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
