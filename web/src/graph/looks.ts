/** How the kinds of records look on a map: one shape and one colour each, the same on the screen and in a file. */

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

/** The corners of a kind. */
export function corners(kind: string): number[][] | undefined {
  // `constructor` is a kind here, and a property of every object.
  return Object.hasOwn(CORNERS, kind) ? CORNERS[kind] : undefined;
}

/** The colours of this page's theme, as a drawing that knows no variables needs them. */
export class Colours {
  private readonly probe = document.createElement("span");
  private readonly known = new Map<string, string>();

  constructor(place: HTMLElement) {
    this.probe.hidden = true;
    place.append(this.probe);
  }

  /** The value of a variable, e.g. `--rt-kind-owner`. */
  of(name: string): string {
    const known = this.known.get(name);
    if (known) return known;
    this.probe.style.color = `var(${name})`;
    const colour = getComputedStyle(this.probe).color;
    this.known.set(name, colour);
    return colour;
  }

  kind(kind: string): string {
    return this.of(`--rt-kind-${kind}`);
  }

  /** The theme is another. */
  forget(): void {
    this.known.clear();
  }
}
