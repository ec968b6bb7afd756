/** What a map shows and how it is painted: records as shapes with their names, connections as lines. Thousands are painted
 *  within a frame, since those of one look are one path. */
import { corners, type Colours } from "./looks";

/** A record where it stands. */
export interface Spot {
  id: string;
  kind: string;
  name: string;
  isPast: boolean;
  isCentre: boolean;
  x: number;
  y: number;
  /** How many connections it has. */
  degree: number;
}

/** A connection; those between the same two bend apart. */
export interface Line {
  from: Spot;
  to: Spot;
  words: string;
  isConfidential: boolean;
  bend: number;
}

/** What stands in the middle of a canvas, how large it is shown, and how large that is. */
export interface Frame {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
  /** Points of the screen for each. */
  ratio: number;
}

interface Look {
  colour: string;
  width: number;
  opacity: number;
  dashes?: number[];
}

/** Beyond so many records what costs time is left out: words on lines, a ground behind names, names in small letters. */
export const MANY = 300;

/** So many of the best connected are named from afar. */
const HUBS = 20;

/** The letters of a name, the room that it may take, and the smallest that is still written. */
const NAME = { size: 11, width: 160, least: 6, leastOfMany: 9 };
const LETTERS = `${NAME.size}px Inter, system-ui, sans-serif`;

/** Half of the width of a record. */
export const half = (spot: Spot) => (spot.isCentre ? 16 : 11);

/** Lines of one path: very long ones take longer than their parts. */
const IN_ONE_PATH = 400;

const FAINT = 0.25;

export class Picture {
  spots: Spot[] = [];
  lines: Line[] = [];
  /** The record that one is at; what is beside it stands out. */
  current: Spot | undefined;
  private hubs: Spot[] = [];
  private readonly short = new Map<string, string>();

  constructor(private readonly colours: Colours) {}

  get isMany(): boolean {
    return this.spots.length > MANY;
  }

  /** Takes what is to be shown. */
  show(spots: Spot[], lines: Line[]): void {
    [this.spots, this.lines] = [spots, lines];
    this.hubs = [...spots].sort((one, other) => other.degree - one.degree || (one.id < other.id ? -1 : 1)).slice(0, HUBS);
    this.current &&= spots.find(({ id }) => id === this.current?.id);
  }

  /** Whether a line leads to or from the record that one is at. */
  isNear = ({ from, to }: Line) => from === this.current || to === this.current;

  /** Where everything stands; nothing is nowhere. */
  box(): { left: number; top: number; width: number; height: number } {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const { x, y } of this.spots) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
    return this.spots.length ? { left, top, width: right - left, height: bottom - top } : { left: 0, top: 0, width: 0, height: 0 };
  }

  /** The record at a place, of those that overlap the nearest. */
  at(x: number, y: number, room: number): Spot | undefined {
    let [best, least]: [Spot | undefined, number] = [undefined, Infinity];
    for (const spot of this.spots) {
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance < Math.max(half(spot), room) && distance < least) [best, least] = [spot, distance];
    }
    return best;
  }

  /** Paints all of it. */
  paint(pen: CanvasRenderingContext2D, frame: Frame): void {
    for (const _ of this.painting(pen, frame));
  }

  /** Paints it step by step, each of them a part of a frame. */
  *painting(pen: CanvasRenderingContext2D, frame: Frame): Generator<undefined, void> {
    const { x, y, zoom, width, height, ratio } = frame;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.globalAlpha = 1;
    pen.fillStyle = this.colours.of("--rt-surface");
    pen.fillRect(0, 0, width, height);
    pen.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * (width / 2 - x * zoom), ratio * (height / 2 - y * zoom));
    const inSight = (spot: Spot) => Math.abs(spot.x - x) * zoom < width / 2 + NAME.width && Math.abs(spot.y - y) * zoom < height / 2 + 40;
    const seen = this.spots.filter(inSight);
    yield* this.paintingLines(pen, zoom);
    yield* this.paintingSpots(pen, seen, zoom);
    this.paintNames(pen, seen, frame);
  }

  private *paintingLines(pen: CanvasRenderingContext2D, zoom: number): Generator<undefined, void> {
    const thin = Math.max(1.25, 0.6 / zoom);
    const plain: Look = { colour: this.colours.of("--rt-line-field"), width: thin, opacity: this.current ? FAINT : 1 };
    const near: Look = { colour: this.colours.of("--rt-accent"), width: Math.max(2, 1 / zoom), opacity: 1 };
    for (const [lines, look] of [[this.lines.filter((line) => !this.isNear(line)), plain], [this.lines.filter(this.isNear), near]] as const) {
      yield* stroking(pen, lines.filter((line) => !line.isConfidential), look);
      yield* stroking(pen, lines.filter((line) => line.isConfidential), { ...look, dashes: [4, 3] });
    }
    if (!this.isMany) for (const line of this.lines.filter(this.isNear)) this.paintWords(pen, line);
  }

  /** What a connection is, along its line. */
  private paintWords(pen: CanvasRenderingContext2D, line: Line): void {
    const { from, to, words } = line;
    const [x, y] = middle(line, 0.5);
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    pen.save();
    pen.translate(x, y);
    pen.rotate(Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle);
    pen.font = "9px Inter, system-ui, sans-serif";
    this.write(pen, words, 0, 3, 0.9);
    pen.restore();
  }

  private *paintingSpots(pen: CanvasRenderingContext2D, seen: Spot[], zoom: number): Generator<undefined, void> {
    const beside = new Set(this.lines.filter(this.isNear).flatMap(({ from, to }) => [from, to]));
    const looks = new Map<string, { spots: Spot[]; kind: string; opacity: number }>();
    for (const spot of seen) {
      const isFaint = this.current && spot !== this.current && !beside.has(spot);
      const opacity = (isFaint ? FAINT : 1) * (spot.isPast ? 0.5 : 1);
      const key = `${spot.kind} ${opacity}`;
      const look = looks.get(key) ?? { spots: [], kind: spot.kind, opacity };
      look.spots.push(spot);
      looks.set(key, look);
    }
    for (const { spots, kind, opacity } of looks.values()) {
      pen.strokeStyle = this.colours.of("--rt-surface");
      pen.lineWidth = 1;
      pen.beginPath();
      for (const spot of spots) outline(pen, spot, Math.max(half(spot), 2.5 / zoom));
      pen.globalAlpha = opacity;
      pen.fillStyle = this.colours.kind(kind);
      pen.fill();
      pen.stroke();
      yield;
    }
    pen.globalAlpha = 1;
    pen.lineWidth = Math.max(3, 2 / zoom);
    for (const spot of seen.filter((spot) => spot.isCentre || spot === this.current)) {
      pen.strokeStyle = this.colours.of(spot === this.current ? "--rt-accent" : "--rt-ink");
      pen.beginPath();
      outline(pen, spot, Math.max(half(spot), 2.5 / zoom) + pen.lineWidth);
      pen.stroke();
    }
  }

  private paintNames(pen: CanvasRenderingContext2D, seen: Spot[], { x, y, zoom, width, height, ratio }: Frame): void {
    const beside = new Set(this.lines.filter(this.isNear).flatMap(({ from, to }) => [from, to]));
    const opacity = (spot: Spot) => (this.current && spot !== this.current && !beside.has(spot) ? FAINT : 1);
    if (zoom * NAME.size >= (this.isMany ? NAME.leastOfMany : NAME.least)) {
      for (const spot of seen) {
        pen.font = spot.isCentre ? `bold ${LETTERS}` : LETTERS;
        pen.globalAlpha = opacity(spot);
        this.write(pen, this.shortened(pen, spot.name), spot.x, spot.y + half(spot) + 13, this.isMany ? 0 : 0.8);
      }
      pen.globalAlpha = 1;
      return;
    }
    // From afar the best connected, in readable size, as many as leave each other room.
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.font = LETTERS;
    const taken: { left: number; top: number; wide: number }[] = [];
    for (const spot of this.hubs) {
      const name = this.shortened(pen, spot.name);
      const [left, top] = [width / 2 + (spot.x - x) * zoom, height / 2 + (spot.y - y) * zoom];
      const wide = pen.measureText(name).width;
      if (taken.some((other) => Math.abs(other.top - top) < 16 && Math.abs(other.left - left) < (other.wide + wide) / 2 + 4)) continue;
      taken.push({ left, top, wide });
      this.write(pen, name, left, top + half(spot) * zoom + 13, 0.8);
    }
  }

  /** Writes words around a place, on a ground of so much opacity. */
  private write(pen: CanvasRenderingContext2D, words: string, x: number, y: number, ground: number): void {
    pen.textAlign = "center";
    if (ground) {
      const opacity = pen.globalAlpha;
      const wide = pen.measureText(words).width + 2;
      pen.globalAlpha = opacity * ground;
      pen.fillStyle = this.colours.of("--rt-surface");
      pen.fillRect(x - wide / 2, y - NAME.size, wide, NAME.size + 3);
      pen.globalAlpha = opacity;
    }
    pen.fillStyle = this.colours.of("--rt-ink");
    pen.fillText(words, x, y);
  }

  /** A name that fits its room. */
  private shortened(pen: CanvasRenderingContext2D, name: string): string {
    const known = this.short.get(name);
    if (known !== undefined) return known;
    let short = name;
    while (short.length > 1 && pen.measureText(short === name ? name : `${short}…`).width > NAME.width) short = short.slice(0, -1).trimEnd();
    if (short !== name) short += "…";
    this.short.set(name, short);
    return short;
  }
}

/** The middle of a line, where it bends, or the point that it bends towards. */
function middle({ from, to, bend }: Line, share: number): [number, number] {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  // To one side, whichever of both it leads from.
  const turn = from.id < to.id ? 1 : -1;
  return [x - (share * turn * bend * (to.y - from.y)) / length, y + (share * turn * bend * (to.x - from.x)) / length];
}

function* stroking(pen: CanvasRenderingContext2D, lines: Line[], { colour, width, opacity, dashes }: Look): Generator<undefined, void> {
  for (let first = 0; first < lines.length; first += IN_ONE_PATH) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.globalAlpha = opacity;
    pen.setLineDash(dashes ?? []);
    pen.beginPath();
    for (const line of lines.slice(first, first + IN_ONE_PATH)) {
      pen.moveTo(line.from.x, line.from.y);
      if (line.bend) pen.quadraticCurveTo(...middle(line, 1), line.to.x, line.to.y);
      else pen.lineTo(line.to.x, line.to.y);
    }
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
    yield;
  }
}

/** Adds the outline of a record to the path. */
function outline(pen: CanvasRenderingContext2D, { kind, x, y }: Spot, size: number): void {
  const shape = corners(kind);
  if (!shape) {
    pen.moveTo(x + size, y);
    pen.arc(x, y, size, 0, 2 * Math.PI);
    return;
  }
  shape.forEach(([right = 0, down = 0], place) => (place ? pen.lineTo(x + right * size, y + down * size) : pen.moveTo(x + right * size, y + down * size)));
  pen.closePath();
}
