/** The map of relationships as a drawing. Whatever it shows stands in the table of its page too. */
import { announce } from "../live";
import { arrangeApart, type Point } from "./arranging";
import { savePng, saveSvg } from "./export";
import { Colours } from "./looks";
import { half, type Line, Picture, type Spot } from "./picture";

/** The smallest and the largest that records are shown; when all are, no larger than that. */
const ZOOM = { least: 0.05, most: 4, ofAll: 1.5 };

/** Room around all of it. */
const PADDING = 40;

/** How far one may move and still click; how long a click waits for the second of two; how long records move. */
const STILL = 4;
const SECOND = 250;
const MOVES = 150;

interface Answer {
  nodes: { id: string; kind: string; name: string; is_past?: boolean; is_centre?: boolean }[];
  edges: { from: string; to: string; words: string; is_confidential?: boolean }[];
}

/** A finger or the mouse on the canvas: where it is, what it holds, and whether it moved. */
interface Touch { x: number; y: number; spot: Spot | undefined; moved: boolean }

export class Drawing {
  private readonly picture: Picture;
  private readonly colours: Colours;
  private readonly canvas = document.createElement("canvas");
  private readonly place: HTMLElement;
  private view = { x: 0, y: 0, zoom: 1 };
  private isDue = false;
  /** What is left of the first painting of a crowd, which takes several frames. */
  private slowly: Generator<undefined, void> | undefined;
  private turn = 0;
  private readonly touches = new Map<number, Touch>();
  private clicked = 0;
  /** A record that was asked for and is on its way. */
  private awaited: string | undefined;

  constructor(private readonly section: HTMLElement) {
    this.place = section.querySelector<HTMLElement>("[data-graph-canvas]") ?? section;
    this.colours = new Colours(section);
    this.picture = new Picture(this.colours);
    this.place.append(this.canvas);
    this.place.addEventListener("keydown", (event) => this.pressed(event));
    this.place.addEventListener("focus", () => this.begin());
    section.addEventListener("click", ({ target }) => {
      const wanted = target instanceof Element && target.closest<HTMLElement>("[data-graph-do]")?.dataset.graphDo;
      if (wanted) this.act(wanted);
    });
    this.followHand();
    new MutationObserver(() => {
      this.colours.forget();
      this.paint();
    }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    new ResizeObserver(() => this.resize()).observe(this.place);
    void this.load();
  }

  /** Brings the drawing to what the page's source says, and leaves what is there where it is. */
  async load(): Promise<void> {
    const source = document.querySelector<HTMLElement>("[data-graph-source]")?.dataset.graphSource;
    if (!source) return;
    const turn = ++this.turn;
    this.section.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(source, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      await this.show((await answer.json()) as Answer, turn);
    } catch {
      if (turn === this.turn) this.tell("The map could not be loaded. The table below shows the same.");
    } finally {
      if (turn === this.turn) this.section.removeAttribute("aria-busy");
    }
  }

  private async show({ nodes, edges }: Answer, turn: number): Promise<void> {
    const known = new Map(this.picture.spots.map((spot) => [spot.id, spot]));
    const isFirst = known.size === 0;
    const spots = nodes.map(({ id, kind, name, is_past = false, is_centre = false }): Spot => {
      const { x, y } = known.get(id) ?? { x: NaN, y: NaN };
      return { id, kind, name, isPast: is_past, isCentre: is_centre, x, y, degree: 0 };
    });
    const lines = linesBetween(new Map(spots.map((spot) => [spot.id, spot])), edges);
    begin(spots, this.picture.current);
    // Looked up while others work: each asks what the page looks like.
    for (const name of ["--rt-surface", "--rt-line-field", "--rt-accent", "--rt-ink"]) this.colours.of(name);
    for (const kind of new Set(spots.map((spot) => spot.kind))) this.colours.kind(kind);
    const place = new Map(spots.map((spot, number) => [spot, number]));
    const points = await arrangeApart(this.place.dataset.worker ?? "", {
      points: spots.map(({ x, y }): Point => [x, y]),
      lines: lines.map(({ from, to }): Point => [place.get(from) ?? 0, place.get(to) ?? 0]),
      widths: spots.map((spot) => Math.max(2 * half(spot), Math.min(160, spot.name.length * 6))),
      isFirst,
    });
    // What was asked for since is shown instead.
    if (turn !== this.turn) return;
    this.picture.show(spots, lines);
    await this.move(points, isFirst);
    if (turn !== this.turn) return;
    const found = this.awaited ? spots.find(({ id }) => id === this.awaited) : undefined;
    this.awaited = undefined;
    if (found ?? this.picture.current) this.choose(found ?? this.picture.current);
    this.tell(`${nodes.length.toLocaleString("en")} records, ${edges.length.toLocaleString("en")} connections. Click a record to see what is around it, double-click to open it.`);
  }

  /** Moves the records to where they shall stand, in sight all of them. */
  private async move(points: Point[], isFirst: boolean): Promise<void> {
    const { spots, isMany } = this.picture;
    const from = spots.map(({ x, y }): Point => [x, y]);
    const put = (share: number) =>
      spots.forEach((spot, number) => {
        const [[x, y], [toX, toY]] = [from[number] ?? [0, 0], points[number] ?? [0, 0]];
        [spot.x, spot.y] = [x + (toX - x) * share, y + (toY - y) * share];
      });
    if (!isFirst && !isMany && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      const begun = performance.now();
      for (let now = begun; now < begun + MOVES; now = await nextFrame()) {
        put((now - begun) / MOVES);
        this.paint();
      }
    }
    put(1);
    this.lookAtAll();
    if (isFirst && isMany) await this.paintSlowly();
    else this.paint();
  }

  /** Whoever comes by keys is led to a record to go on from; a press of the hand says itself which one it wants. */
  private begin(): void {
    if (this.picture.current || this.touches.size > 0) return;
    this.choose(this.picture.spots.find(({ isCentre }) => isCentre) ?? this.picture.spots[0]);
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.place;
    const wasNothing = this.canvas.width === 0;
    const ratio = devicePixelRatio;
    if (this.canvas.width === Math.round(width * ratio) && this.canvas.height === Math.round(height * ratio)) return;
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (wasNothing) this.fit();
    this.paint();
  }

  /** Paints with the next frame, once for all that asks for it until then. */
  private paint(): void {
    if (this.isDue) return;
    this.isDue = true;
    requestAnimationFrame(() => {
      this.isDue = false;
      this.slowly = undefined;
      const steps = this.painting();
      while (steps && !steps.next().done);
    });
  }

  /** Paints a crowd for the first time, a little in each frame: what paints often is quicker than what has not yet. */
  private async paintSlowly(): Promise<void> {
    const steps = (this.slowly = this.painting());
    while (steps && this.slowly === steps && !steps.next().done) await nextFrame();
  }

  private painting(): Generator<undefined, void> | undefined {
    const pen = this.canvas.getContext("2d", { alpha: false });
    const { clientWidth: width, clientHeight: height } = this.place;
    if (!pen || width === 0) return undefined;
    return this.picture.painting(pen, { ...this.view, width, height, ratio: this.canvas.width / width });
  }

  private fit(): void {
    this.lookAtAll();
    this.paint();
  }

  private lookAtAll(): void {
    const { left, top, width, height } = this.picture.box();
    const room = (side: number, length: number) => (side - 2 * PADDING) / Math.max(length, 1);
    const zoom = Math.min(ZOOM.ofAll, room(this.place.clientWidth, width), room(this.place.clientHeight, height));
    this.view = { x: left + width / 2, y: top + height / 2, zoom: Math.max(ZOOM.least, zoom) };
  }

  /** Shows everything larger by a factor; what is at a place of the canvas stays there. */
  private zoom(factor: number, [right, down]: Point = [this.place.clientWidth / 2, this.place.clientHeight / 2]): void {
    const [x, y] = this.onMap(right, down);
    this.view.zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, this.view.zoom * factor));
    const [laterX, laterY] = this.onMap(right, down);
    this.view.x += x - laterX;
    this.view.y += y - laterY;
    this.paint();
  }

  /** A place of the canvas on the map. */
  private onMap(right: number, down: number): Point {
    const { x, y, zoom } = this.view;
    return [x + (right - this.place.clientWidth / 2) / zoom, y + (down - this.place.clientHeight / 2) / zoom];
  }

  private under(right: number, down: number): Spot | undefined {
    const [x, y] = this.onMap(right, down);
    return this.picture.at(x, y, 12 / this.view.zoom);
  }

  /** By hand: a record or the map is dragged, two fingers and the wheel change the size, a click chooses, two open. */
  private followHand(): void {
    this.canvas.addEventListener("pointerdown", ({ pointerId, offsetX: x, offsetY: y, button }) => {
      if (button !== 0) return;
      this.canvas.setPointerCapture(pointerId);
      this.touches.set(pointerId, { x, y, spot: this.under(x, y), moved: false });
    });
    this.canvas.addEventListener("pointermove", ({ pointerId, offsetX: x, offsetY: y }) => {
      const touch = this.touches.get(pointerId);
      if (touch) this.dragged(touch, x, y);
      else this.canvas.toggleAttribute("data-over", Boolean(this.under(x, y)));
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.canvas.addEventListener(end, ({ pointerId }) => {
        const touch = this.touches.get(pointerId);
        this.touches.delete(pointerId);
        if (touch && !touch.moved && end === "pointerup") this.clickedOn(touch.spot);
      });
    }
    this.canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-Math.max(-100, Math.min(100, event.deltaY)) / 400), [event.offsetX, event.offsetY]);
    }, { passive: false });
  }

  private dragged(touch: Touch, x: number, y: number): void {
    const [right, down] = [x - touch.x, y - touch.y];
    if (!touch.moved && Math.hypot(right, down) < STILL) return;
    touch.moved = true;
    const other = [...this.touches.values()].find((one) => one !== touch);
    if (other) {
      const apart = (one: { x: number; y: number }) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
      other.moved = true;
      this.zoom(apart({ x, y }) / apart(touch), [(x + other.x) / 2, (y + other.y) / 2]);
    } else if (touch.spot) {
      touch.spot.x += right / this.view.zoom;
      touch.spot.y += down / this.view.zoom;
    } else {
      this.view.x -= right / this.view.zoom;
      this.view.y -= down / this.view.zoom;
    }
    [touch.x, touch.y] = [x, y];
    this.paint();
  }

  private clickedOn(spot: Spot | undefined): void {
    const isSecond = this.clicked !== 0 && spot !== undefined && spot === this.picture.current;
    clearTimeout(this.clicked);
    this.clicked = 0;
    if (isSecond) return open(spot);
    if (!spot) return this.leave();
    this.choose(spot);
    this.clicked = window.setTimeout(() => {
      this.clicked = 0;
      this.expand(spot);
    }, SECOND);
  }

  /** Makes a record the current one. */
  private choose(spot: Spot | undefined): void {
    if (!spot) return;
    this.picture.current = spot;
    announce(`${spot.name}, ${spot.kind}, ${spot.degree} connections shown.`);
    this.paint();
  }

  private leave(): void {
    this.picture.current = undefined;
    this.paint();
  }

  /** Asks for the neighbourhood of one more record: through the form of the page if it has one. */
  private expand(spot: Spot): void {
    const field = document.querySelector<HTMLInputElement>("input[data-graph-of]");
    const place = document.querySelector<HTMLElement>("[data-graph-source]");
    if (spot.isCentre || !place) return;
    const source = new URL(place.dataset.graphSource ?? "", location.href);
    const of = [...new Set([...(source.searchParams.get("of") ?? "").split(","), spot.id])].filter(Boolean).join(",");
    if (field) {
      field.value = of;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      source.searchParams.set("of", of);
      place.dataset.graphSource = source.pathname + source.search;
      void this.load();
    }
  }

  /** Centres a record of the drawing, or brings it in. */
  find(id: string): void {
    const spot = this.picture.spots.find((one) => one.id === id);
    const field = document.querySelector<HTMLInputElement>("input[data-graph-of]");
    if (spot) {
      this.view = { x: spot.x, y: spot.y, zoom: Math.max(this.view.zoom, 1) };
      this.choose(spot);
    } else if (field) {
      this.awaited = id;
      field.value = field.value ? `${field.value},${id}` : id;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  private act(wanted: string): void {
    if (wanted === "fit") this.fit();
    else if (wanted === "svg") saveSvg(this.picture, this.colours);
    else if (wanted === "png") savePng(this.picture);
    else this.zoom(wanted === "in" ? 1.3 : 1 / 1.3);
  }

  private pressed(event: KeyboardEvent): void {
    const steps: Record<string, Point> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    const { current } = this.picture;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) this.step(step);
    else if (event.key === "Enter" && current) open(current);
    else if (event.key === " " && current) {
      this.choose(current);
      this.expand(current);
    }
    else if (event.key === "+" || event.key === "=") this.act("in");
    else if (event.key === "-") this.act("out");
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves to the nearest record in a direction. */
  private step([right, down]: Point): void {
    const { current, spots } = this.picture;
    if (!current) return this.choose(spots[0]);
    let [best, least]: [Spot | undefined, number] = [undefined, Infinity];
    for (const spot of spots) {
      const along = (spot.x - current.x) * right + (spot.y - current.y) * down;
      const aside = Math.abs((spot.x - current.x) * down) + Math.abs((spot.y - current.y) * right);
      if (along > 1 && along + 2 * aside < least) [least, best] = [along + 2 * aside, spot];
    }
    if (!best) return;
    this.view = { ...this.view, x: best.x, y: best.y };
    this.choose(best);
  }

  private tell(words: string): void {
    const told = this.section.querySelector("[data-graph-told]");
    if (told) told.textContent = words;
  }
}

/** The connections between records that are there; those between the same two bend apart. */
function linesBetween(spots: Map<string, Spot>, edges: Answer["edges"]): Line[] {
  const together = new Map<string, Line[]>();
  const lines: Line[] = [];
  for (const { from: one, to: other, words, is_confidential = false } of edges) {
    const [from, to] = [spots.get(one), spots.get(other)];
    if (!from || !to) continue;
    const line = { from, to, words, isConfidential: is_confidential, bend: 0 };
    const key = [one, other].sort().join(" ");
    together.set(key, [...(together.get(key) ?? []), line]);
    lines.push(line);
    from.degree += 1;
    to.degree += 1;
  }
  for (const some of together.values()) some.forEach((line, place) => (line.bend = (place - (some.length - 1) / 2) * 44));
  return lines;
}

/** Where records begin: all on a spiral, the best connected in the middle, so that a map looks the same each time; later
 *  ones beside the record that they belong to. */
function begin(spots: Spot[], current: Spot | undefined): void {
  const fresh = spots.filter(({ x }) => Number.isNaN(x));
  const isFirst = fresh.length === spots.length;
  const [x, y] = isFirst || !current ? [0, 0] : [current.x, current.y];
  if (isFirst) fresh.sort((one, other) => other.degree - one.degree || (one.id < other.id ? -1 : 1));
  fresh.forEach((spot, place) => {
    const [far, angle] = isFirst ? [60 * Math.sqrt(place), 2.4 * place] : [60, place];
    [spot.x, spot.y] = [x + far * Math.cos(angle), y + far * Math.sin(angle)];
  });
}

function open(spot: Spot): void {
  location.assign(`/${spot.id}`);
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
