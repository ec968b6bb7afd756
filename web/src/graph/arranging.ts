/** Arranging a crowd of records in a worker: it takes seconds, in which the page goes on answering. */
import cytoscape, { type ElementDefinition } from "cytoscape";

export type Point = [number, number];

/** Where records stand, and which of them are connected, each by its place among the points. */
interface Crowd {
  points: Point[];
  lines: Point[];
  /** Whether they stand only where they began. */
  isFirst: boolean;
}

/** Room that each record shall have, in both directions. */
const ROOM = 70;

/** The address of this script, which is the worker too. */
const OWN_ADDRESS = typeof document === "undefined" ? "" : (document.currentScript as HTMLScriptElement).src;

/** Where the records shall stand. */
export function arrangeApart(crowd: Crowd): Promise<Point[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(OWN_ADDRESS);
    worker.onmessage = ({ data }: MessageEvent<Point[]>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = reject;
    worker.postMessage(crowd);
  });
}

/** In the worker: answers each crowd with where it shall stand. */
export function serveArranging(): void {
  addEventListener("message", ({ data }: MessageEvent<Crowd>) => postMessage(arranged(data)));
}

function arranged({ points, lines, isFirst }: Crowd): Point[] {
  const elements: ElementDefinition[] = [
    ...points.map(([x, y], place): ElementDefinition => ({ data: { id: String(place) }, position: { x, y } })),
    ...lines.map(([from, to]): ElementDefinition => ({ data: { source: String(from), target: String(to) } })),
  ];
  const graph = cytoscape({ headless: true, styleEnabled: true, elements, style: [{ selector: "node", style: { width: 22, height: 22 } }] });
  const options = { name: "fcose", quality: "draft", randomize: isFirst, animate: false, idealEdgeLength: 60, nodeSeparation: 60, fit: false };
  graph.layout(options as cytoscape.LayoutOptions).run();
  return drawnApart(points.map((_, place): Point => {
    const { x, y } = graph.getElementById(String(place)).position();
    return [x, y];
  }));
}

/** Gives each its room: the quick arrangement heaps them up. */
function drawnApart(points: Point[]): Point[] {
  const span = (axis: 0 | 1) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
  const factor = Math.max(1, Math.sqrt((points.length * ROOM * ROOM) / (span(0) * span(1))));
  return points.map(([x, y]): Point => [x * factor, y * factor]);
}
