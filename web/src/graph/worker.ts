/** Arranging a map, as a worker beside the page. */
import cytoscape, { type ElementDefinition } from "cytoscape";
import fcose from "cytoscape-fcose";
import type { Crowd, Point } from "./arranging";
import { MANY } from "./picture";

/** Room that each record of a crowd shall have, in both directions. */
const ROOM = 70;

cytoscape.use(fcose);
addEventListener("message", ({ data }: MessageEvent<Crowd>) => postMessage(arranged(data)));

function arranged({ points, lines, widths, isFirst }: Crowd): Point[] {
  const isMany = points.length > MANY;
  const elements: ElementDefinition[] = [
    ...points.map(([x, y], place): ElementDefinition => ({ data: { id: String(place), width: isMany ? 22 : widths[place] }, position: { x, y } })),
    ...lines.map(([from, to]): ElementDefinition => ({ data: { source: String(from), target: String(to) } })),
  ];
  const style = [{ selector: "node", style: { width: "data(width)", height: isMany ? 22 : 40 } }];
  const graph = cytoscape({ headless: true, styleEnabled: true, elements, style });
  const options = isMany
    ? { quality: "draft", randomize: isFirst, idealEdgeLength: 60, nodeSeparation: 60 }
    : { quality: "default", randomize: false, idealEdgeLength: 110, nodeSeparation: 90 };
  graph.layout({ name: "fcose", animate: false, fit: false, ...options } as cytoscape.LayoutOptions).run();
  const stand = points.map((_, place): Point => {
    const { x, y } = graph.getElementById(String(place)).position();
    return [x, y];
  });
  return isMany ? drawnApart(stand) : stand;
}

/** Gives each its room: the quick arrangement heaps them up. */
function drawnApart(points: Point[]): Point[] {
  const span = (axis: 0 | 1) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
  const factor = Math.max(1, Math.sqrt((points.length * ROOM * ROOM) / (span(0) * span(1))));
  return points.map(([x, y]): Point => [x * factor, y * factor]);
}
