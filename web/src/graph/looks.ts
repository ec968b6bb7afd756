/** How the kinds of records look on a map: one shape and one colour each, the same on the screen and in a file. */
import type { StylesheetJson } from "cytoscape";

/** Corners of the shapes, from -1 to 1; a kind without corners is a disc. */
export const CORNERS: Record<string, number[][] | undefined> = {
  client: [[-1, -0.7], [1, -0.7], [1, 0.7], [-1, 0.7]],
  owner: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]],
  vendor: [[-0.55, -0.9], [0.55, -0.9], [1, 0], [0.55, 0.9], [-0.55, 0.9], [-1, 0]],
  technology: [[0, -1], [0.28, -0.36], [0.95, -0.31], [0.45, 0.15], [0.59, 0.81], [0, 0.45], [-0.59, 0.81], [-0.45, 0.15], [-0.95, -0.31], [-0.28, -0.36]],
  project: [[0, -0.95], [1, 0.8], [-1, 0.8]],
  operator: [[0, -1], [1, 0], [0, 1], [-1, 0]],
  constructor: [[0, -1], [0.95, -0.31], [0.59, 0.81], [-0.59, 0.81], [-0.95, -0.31]],
  offtaker: [[-1, -0.8], [1, -0.8], [0, 0.95]],
  person: undefined,
};

/** The colours of this page's theme, as a drawing that knows no variables needs them. */
export class Colours {
  private readonly probe = document.createElement("span");

  constructor(private readonly place: HTMLElement) {}

  /** The value of a variable, e.g. `--rt-kind-owner`. */
  of(name: string): string {
    this.probe.hidden = true;
    this.probe.style.color = `var(${name})`;
    this.place.append(this.probe);
    const colour = getComputedStyle(this.probe).color;
    this.probe.remove();
    return colour;
  }

  kind(kind: string): string {
    return this.of(`--rt-kind-${kind}`);
  }
}

/** The styles of the drawing; beyond `many` records everything that costs time is left out. */
export function styles(colours: Colours, many: boolean): StylesheetJson {
  const ink = colours.of("--rt-ink");
  const line = colours.of("--rt-line-field");
  const kinds = Object.entries(CORNERS).map(([kind, corners]) => ({
    selector: `node[kind = "${kind}"]`,
    style: corners
      ? { shape: "polygon" as const, "shape-polygon-points": corners.flat().join(" "), "background-color": colours.kind(kind) }
      : { shape: "ellipse" as const, "background-color": colours.kind(kind) },
  }));
  return [
    {
      selector: "node",
      style: {
        width: 22, height: 22, label: "data(name)", color: ink, "font-family": "Inter, system-ui, sans-serif", "font-size": 11, "text-valign": "bottom", "text-margin-y": 3,
        "text-wrap": "ellipsis", "text-max-width": "160px", "min-zoomed-font-size": many ? 9 : 6,
        "text-background-color": colours.of("--rt-surface"), "text-background-opacity": many ? 0 : 0.8, "text-background-padding": "1px",
        "border-width": 1, "border-color": colours.of("--rt-surface"),
      },
    },
    ...kinds,
    { selector: "node[?is_centre]", style: { width: 32, height: 32, "font-weight": "bold", "border-width": 3, "border-color": ink } },
    { selector: "node[?is_past]", style: { opacity: 0.5 } },
    { selector: "edge", style: { width: 1.25, "line-color": line, "curve-style": many ? "haystack" : "bezier" } },
    { selector: "edge[?is_confidential]", style: { "line-style": "dashed" } },
    { selector: ".is-faint", style: { opacity: 0.25 } },
    { selector: "edge.is-near", style: { width: 2, "line-color": colours.of("--rt-accent"), label: many ? "" : "data(words)", color: ink, "font-size": 9, "text-rotation": "autorotate", "text-background-color": colours.of("--rt-surface"), "text-background-opacity": 0.9 } },
    { selector: "node.is-current", style: { "border-width": 3, "border-color": colours.of("--rt-accent"), "overlay-color": colours.of("--rt-accent"), "overlay-opacity": 0.2, "overlay-padding": 5 } },
  ];
}
