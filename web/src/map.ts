/** The map of projects: larger and smaller by wheel, buttons and dragging; in a form a click says where a project is. */
import { announce, onEveryPart } from "./live";

/** The whole map in its own units, as the server draws it. */
interface Box { x: number; y: number; width: number; height: number }

class WorldMap {
  private readonly whole: Box;
  private box: Box;
  private drag: { x: number; y: number; moved: boolean } | undefined;

  constructor(private readonly map: SVGSVGElement, tools: Element | null) {
    const [x = 0, y = 0, width = 1, height = 1] = (map.getAttribute("viewBox") ?? "").split(" ").map(Number);
    this.whole = { x, y, width, height };
    this.box = this.whole;
    map.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    map.addEventListener("pointerdown", (event) => (this.drag = { x: event.clientX, y: event.clientY, moved: false }));
    map.addEventListener("pointermove", (event) => this.dragged(event));
    for (const end of ["pointerup", "pointerleave"]) map.addEventListener(end, () => setTimeout(() => (this.drag = undefined)));
    map.addEventListener("click", (event) => this.clicked(event), true);
    tools?.addEventListener("click", ({ target }) => {
      const wanted = target instanceof Element && target.closest<HTMLElement>("[data-map-do]")?.dataset.mapDo;
      if (wanted === "whole") this.show(this.whole);
      else if (wanted) this.zoom(wanted === "in" ? 0.6 : 1 / 0.6, this.box.x + this.box.width / 2, this.box.y + this.box.height / 2);
    });
    this.look();
  }

  /** Begins with the part of the world in which there is something. */
  private look(): void {
    const sites = [...this.map.querySelectorAll("[data-site]")].map((site) => (site.getAttribute("data-site") ?? "").split(" ").map(Number));
    if (sites.length === 0 || this.map.dataset.mapSets) return;
    const [xs, ys] = [sites.map(([x = 0]) => x), sites.map(([, y = 0]) => y)];
    const [left, right, top, bottom] = [Math.min(...xs) - 8, Math.max(...xs) + 8, Math.min(...ys) - 8, Math.max(...ys) + 8];
    const width = Math.max(right - left, ((bottom - top) * this.whole.width) / this.whole.height, 40);
    const height = (width * this.whole.height) / this.whole.width;
    this.show({ x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height });
  }

  private show(box: Box): void {
    const width = Math.min(Math.max(box.width, 4), this.whole.width);
    const height = (width * this.whole.height) / this.whole.width;
    const x = Math.min(Math.max(box.x, this.whole.x), this.whole.x + this.whole.width - width);
    const y = Math.min(Math.max(box.y, this.whole.y), this.whole.y + this.whole.height - height);
    this.box = { x, y, width, height };
    this.map.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.map.style.setProperty("--rt-map-zoom", String(this.whole.width / width));
  }

  /** The place under a pointer, in the units of the map. */
  private at(event: MouseEvent): { x: number; y: number } {
    const shown = this.map.getBoundingClientRect();
    return {
      x: this.box.x + ((event.clientX - shown.x) / shown.width) * this.box.width,
      y: this.box.y + ((event.clientY - shown.y) / shown.height) * this.box.height,
    };
  }

  private zoom(factor: number, x: number, y: number): void {
    const width = Math.min(Math.max(this.box.width * factor, 4), this.whole.width);
    const scale = width / this.box.width;
    this.show({ x: x - (x - this.box.x) * scale, y: y - (y - this.box.y) * scale, width, height: 0 });
  }

  private wheeled(event: WheelEvent): void {
    // A page that is being scrolled scrolls on; with Ctrl, or two fingers drawn together, the map grows.
    if (!event.ctrlKey && document.activeElement !== this.map) return;
    event.preventDefault();
    const { x, y } = this.at(event);
    this.zoom(event.deltaY < 0 ? 0.8 : 1.25, x, y);
  }

  private dragged(event: PointerEvent): void {
    if (!this.drag || !event.buttons) return;
    const [right, down] = [event.clientX - this.drag.x, event.clientY - this.drag.y];
    if (!this.drag.moved && Math.abs(right) + Math.abs(down) < 4) return;
    const scale = this.box.width / this.map.getBoundingClientRect().width;
    this.show({ ...this.box, x: this.box.x - right * scale, y: this.box.y - down * scale });
    this.drag = { x: event.clientX, y: event.clientY, moved: true };
  }

  private clicked(event: MouseEvent): void {
    if (this.drag?.moved) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (this.map.dataset.mapSets !== undefined) this.set(this.at(event));
  }

  /** Puts the place into the fields of the form. */
  private set({ x, y }: { x: number; y: number }): void {
    const latitude = ((Math.atan(Math.exp(((-y / 1.25) * Math.PI) / 180)) - Math.PI / 4) / 0.4) * (180 / Math.PI);
    const values = { latitude: latitude.toFixed(3), longitude: x.toFixed(3) };
    for (const [name, value] of Object.entries(values)) {
      const field = document.querySelector<HTMLInputElement>(`form.rt-form input[name="${name}"]`);
      if (!field) continue;
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const mark = this.map.querySelector("[data-map-mark]");
    mark?.setAttribute("cx", String(x));
    mark?.setAttribute("cy", String(y));
    mark?.removeAttribute("hidden");
    announce(`Latitude ${values.latitude}, longitude ${values.longitude}.`);
  }
}

const started = new WeakSet<Element>();
onEveryPart((part) => {
  for (const map of part.querySelectorAll<SVGSVGElement>("svg[data-map]")) {
    if (started.has(map)) continue;
    started.add(map);
    new WorldMap(map, map.closest("[data-map-part]"));
  }
});
