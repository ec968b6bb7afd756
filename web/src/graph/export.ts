/** The drawing as a file. */
import { corners, type Colours } from "./looks";
import { half, type Picture } from "./picture";

/** Room around what is drawn, for names too; the longest side of a picture. */
const ROOM = 90;
const LONGEST = 8000;

/** Offers `content` for saving under `name`. */
function save(content: Blob, name: string): void {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(content), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Saves the whole drawing as a picture of twice its size. */
export function savePng(picture: Picture): void {
  const box = picture.box();
  const [width, height] = [box.width + 2 * ROOM, box.height + 2 * ROOM];
  const zoom = Math.min(2, LONGEST / width, LONGEST / height);
  const canvas = Object.assign(document.createElement("canvas"), { width: width * zoom, height: height * zoom });
  const pen = canvas.getContext("2d");
  if (!pen) return;
  picture.paint(pen, { x: box.left + box.width / 2, y: box.top + box.height / 2, zoom, width: canvas.width, height: canvas.height, ratio: 1 });
  canvas.toBlob((content) => content && save(content, "relationships.png"));
}

/** Saves the whole drawing as shapes and words. */
export function saveSvg(picture: Picture, colours: Colours): void {
  const box = picture.box();
  const drawing = new DOMParser().parseFromString("<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml");
  const root = drawing.documentElement;
  const add = (name: string, attributes: Record<string, string | number>, parent: Element = root) => {
    const element = drawing.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    return parent.appendChild(element);
  };
  const [left, top, width, height] = [box.left - ROOM, box.top - ROOM, box.width + 2 * ROOM, box.height + 2 * ROOM].map(Math.round);
  for (const [key, value] of [["viewBox", `${left} ${top} ${width} ${height}`], ["width", `${width}`], ["height", `${height}`], ["font-family", "sans-serif"]]) root.setAttribute(key ?? "", value ?? "");
  add("rect", { x: left ?? 0, y: top ?? 0, width: width ?? 0, height: height ?? 0, fill: colours.of("--rt-surface") });
  for (const { from, to, words, isConfidential } of picture.lines) {
    const dashes = isConfidential ? { "stroke-dasharray": "4 3" } : {};
    const line = add("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke: colours.of("--rt-line-field"), "stroke-width": 1.25, ...dashes });
    add("title", {}, line).textContent = `${from.name} ${words} ${to.name}`;
  }
  for (const spot of picture.spots) {
    const { x, y, kind, name } = spot;
    const shape = corners(kind);
    const fill = colours.kind(kind);
    if (shape) add("polygon", { points: shape.map(([right = 0, down = 0]) => `${x + right * half(spot)},${y + down * half(spot)}`).join(" "), fill });
    else add("circle", { cx: x, cy: y, r: half(spot), fill });
    add("text", { x, y: y + half(spot) + 13, "text-anchor": "middle", "font-size": 11, fill: colours.of("--rt-ink") }).textContent = name;
  }
  save(new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" }), "relationships.svg");
}
