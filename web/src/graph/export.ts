/** The drawing as a file. */
import type { Core } from "cytoscape";
import { CORNERS, type Colours } from "./looks";

/** Offers `content` for saving under `name`. */
function save(content: Blob, name: string): void {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Saves the whole drawing as a picture of twice its size. */
export async function savePng(graph: Core, colours: Colours): Promise<void> {
  save(await graph.png({ output: "blob-promise", full: true, scale: 2, maxWidth: 8000, maxHeight: 8000, bg: colours.of("--rt-surface") }), "relationships.png");
}

/** Saves the whole drawing as shapes and words. */
export function saveSvg(graph: Core, colours: Colours): void {
  const box = graph.elements().boundingBox({});
  const drawing = new DOMParser().parseFromString("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml");
  const root = drawing.documentElement;
  const add = (name: string, attributes: Record<string, string | number>, parent: Element = root) => {
    const element = drawing.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return parent.appendChild(element);
  };
  const [left, top, width, height] = [box.x1 - 20, box.y1 - 20, box.w + 40, box.h + 40].map(Math.round);
  for (const [key, value] of [["viewBox", `${left} ${top} ${width} ${height}`], ["width", `${width}`], ["height", `${height}`], ["font-family", "sans-serif"]]) root.setAttribute(key ?? "", value ?? "");
  add("rect", { x: left ?? 0, y: top ?? 0, width: width ?? 0, height: height ?? 0, fill: colours.of("--rt-surface") });
  for (const edge of graph.edges()) {
    const [from, to] = [edge.source().position(), edge.target().position()];
    const dashes = edge.data("is_confidential") ? { "stroke-dasharray": "4 3" } : {};
    const line = add("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: colours.of("--rt-line-field"), "stroke-width": 1.25, ...dashes });
    add("title", {}, line).textContent = `${edge.source().data("name")} ${edge.data("words")} ${edge.target().data("name")}`;
  }
  for (const node of graph.nodes()) {
    const { x, y } = node.position();
    const kind = String(node.data("kind"));
    const half = node.data("is_centre") ? 16 : 11;
    const corners = CORNERS[kind];
    const fill = colours.kind(kind);
    if (corners) add("polygon", { points: corners.map(([a = 0, b = 0]) => `${x + a * half},${y + b * half}`).join(" "), fill });
    else add("circle", { cx: x, cy: y, r: half, fill });
    add("text", { x, y: y + half + 13, "text-anchor": "middle", "font-size": 11, fill: colours.of("--rt-ink") }).textContent = String(node.data("name"));
  }
  save(new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" }), "relationships.svg");
}
