/** The map of relationships as a drawing. Whatever it shows stands in the table of its page too. */
import cytoscape, { type Core, type ElementDefinition, type NodeSingular } from "cytoscape";
import { announce } from "../live";
import { arrangeApart, type Point } from "./arranging";
import { savePng, saveSvg } from "./export";
import { Colours, styles } from "./looks";

/** Beyond so many records the drawing leaves out what costs time. */
const MANY = 300;

/** So many of the best connected are named from afar, at this size and this wide at most. */
const HUBS = 20;
const NAME = { size: 11, width: 160 };

/** So many elements are put into the drawing between two frames. */
const AT_ONCE = 200;

interface Answer {
  nodes: { id: string; kind: string; name: string; is_past?: boolean; is_centre?: boolean }[];
  edges: { from: string; to: string; words: string; is_confidential?: boolean }[];
}

export class Drawing {
  private readonly graph: Core;
  private readonly colours: Colours;
  private readonly canvas: HTMLElement;
  private current: NodeSingular | undefined;
  private many = false;
  private hubs: NodeSingular[] = [];
  /** A record that was asked for and is on its way. */
  private awaited: string | undefined;

  constructor(private readonly section: HTMLElement) {
    this.canvas = section.querySelector<HTMLElement>("[data-graph-canvas]") ?? section;
    this.colours = new Colours(section);
    // The library would add a style sheet to the page, which its policy forbids; ours says the same.
    document.head.append(Object.assign(document.createElement("meta"), { id: "__________cytoscape_stylesheet" }));
    this.graph = cytoscape({
      container: this.canvas, minZoom: 0.05, maxZoom: 4, hideEdgesOnViewport: false, textureOnViewport: false, pixelRatio: "auto",
      style: styles(this.colours, false),
    });
    this.graph.on("onetap", "node", ({ target }) => this.choose(target as NodeSingular, true));
    this.graph.on("dbltap", "node", ({ target }) => open(target as NodeSingular));
    this.graph.on("zoom", () => this.nameHubs());
    this.graph.on("tap", (event) => event.target === this.graph && this.leave());
    this.canvas.addEventListener("keydown", (event) => this.pressed(event));
    this.canvas.addEventListener("focus", () => this.current ?? this.choose(this.graph.nodes("[?is_centre]")[0] ?? this.graph.nodes()[0]));
    section.addEventListener("click", ({ target }) => {
      const wanted = target instanceof Element && target.closest<HTMLElement>("[data-graph-do]")?.dataset.graphDo;
      if (wanted) this.act(wanted);
    });
    new MutationObserver(() => this.restyle()).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    new ResizeObserver(() => this.graph.resize()).observe(this.canvas);
    void this.load();
  }

  /** Brings the drawing to what the page's source says, and leaves what is there where it is. */
  async load(): Promise<void> {
    const source = document.querySelector<HTMLElement>("[data-graph-source]")?.dataset.graphSource;
    if (!source) return;
    this.section.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(source, { headers: { accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      await this.show((await answer.json()) as Answer);
    } catch {
      this.tell("The map could not be loaded. The table below shows the same.");
    } finally {
      this.section.removeAttribute("aria-busy");
    }
  }

  private async show({ nodes, edges }: Answer): Promise<void> {
    const elements: ElementDefinition[] = [
      ...nodes.map((node): ElementDefinition => ({ group: "nodes", data: { is_past: false, is_centre: false, ...node } })),
      ...edges.map(({ from, to, ...rest }): ElementDefinition => ({ group: "edges", data: { id: `${from} ${rest.words} ${to}${rest.is_confidential ? " !" : ""}`, source: from, target: to, ...rest } })),
    ];
    const isFirst = this.graph.nodes().empty();
    const held = this.current?.id();
    this.many = nodes.length > MANY;
    // While a crowd is moved, its picture is.
    (this.graph as unknown as { renderer(): { textureOnViewport: boolean } }).renderer().textureOnViewport = this.many;
    this.restyle();
    this.begin(elements, isFirst);
    if (this.many) await this.showApart(elements, isFirst);
    else {
      this.update(elements);
      this.graph.add(this.fresh(elements));
      this.arrange(isFirst);
    }
    this.hubs = byDegree(this.graph).slice(0, HUBS);
    this.nameHubs();
    this.current = held ? this.graph.getElementById(held)[0] : undefined;
    const found = this.awaited ? this.graph.getElementById(this.awaited)[0] : undefined;
    this.awaited = undefined;
    if (found ?? this.current) this.choose((found as NodeSingular | undefined) ?? this.current);
    this.tell(`${nodes.length.toLocaleString("en")} records, ${edges.length.toLocaleString("en")} connections. Click a record to see what is around it, double-click to open it.`);
  }

  /** Brings what is drawn already to what it is now, and takes out what is no more. */
  private update(elements: ElementDefinition[]): void {
    const wanted = new Map(elements.map((element) => [element.data.id ?? "", element]));
    this.graph.batch(() => {
      this.graph.elements().forEach((element) => {
        const next = wanted.get(element.id());
        if (next) element.data(next.data);
        else element.remove();
      });
    });
  }

  /** What is not drawn yet. */
  private fresh(elements: ElementDefinition[]): ElementDefinition[] {
    return elements.filter((element) => this.graph.getElementById(element.data.id ?? "").empty());
  }

  /** Where records begin: all on a spiral, the best connected in the middle, so that a map looks the same each time; later
   *  ones beside the record that they belong to. */
  private begin(elements: ElementDefinition[], isFirst: boolean): void {
    const records = elements.filter((element) => element.group === "nodes");
    if (!isFirst) {
      const around = this.current?.inside() ? this.current.position() : { x: 0, y: 0 };
      records.forEach((record, place) => {
        record.position = { x: around.x + 60 * Math.cos(place), y: around.y + 60 * Math.sin(place) };
      });
      return;
    }
    const degrees = new Map<string, number>();
    for (const { data } of elements) for (const end of [data.source, data.target]) if (end) degrees.set(end, (degrees.get(end) ?? 0) + 1);
    const id = (record: ElementDefinition) => record.data.id ?? "";
    const degree = (record: ElementDefinition) => degrees.get(id(record)) ?? 0;
    records.sort((one, other) => degree(other) - degree(one) || (id(one) < id(other) ? -1 : 1));
    records.forEach((record, place) => {
      record.position = { x: 60 * Math.sqrt(place) * Math.cos(2.4 * place), y: 60 * Math.sqrt(place) * Math.sin(2.4 * place) };
    });
  }

  /** Shows a crowd: arranged beside the page and put in a little at a time, so that the page answers meanwhile. */
  private async showApart(elements: ElementDefinition[], isFirst: boolean): Promise<void> {
    const records = elements.filter((element) => element.group === "nodes");
    const place = new Map(records.map((record, number) => [record.data.id ?? "", number]));
    const stands = ({ data, position }: ElementDefinition): Point => {
      const { x, y } = this.graph.getElementById(data.id ?? "")[0]?.position() ?? position ?? { x: 0, y: 0 };
      return [x, y];
    };
    const lines = elements.filter((element) => element.group === "edges").map(({ data }): Point => [place.get(data.source ?? "") ?? 0, place.get(data.target ?? "") ?? 0]);
    const points = await arrangeApart({ points: records.map(stands), lines, isFirst });
    records.forEach((record, number) => {
      const [x, y] = points[number] ?? [0, 0];
      record.position = { x, y };
    });
    this.update(elements);
    this.graph.nodes().positions((node) => records[place.get(node.id()) ?? 0]?.position ?? node.position());
    const fresh = this.fresh(elements);
    for (let from = 0; from < fresh.length; from += AT_ONCE) {
      this.graph.add(fresh.slice(from, from + AT_ONCE));
      await nextFrame();
    }
    this.graph.fit(undefined, 30);
  }

  private arrange(isFirst: boolean): void {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = {
      name: "fcose", quality: "default", randomize: false, animate: !isFirst && !calm, animationDuration: 150,
      nodeDimensionsIncludeLabels: true, idealEdgeLength: 110, nodeSeparation: 90, fit: true, padding: 30,
    };
    this.graph.layout(options as cytoscape.LayoutOptions).run();
  }

  private restyle(): void {
    this.graph.style(styles(this.colours, this.many));
    this.nameHubs();
  }

  /** Names the best connected in readable size also from afar, as many as leave each other room. */
  private nameHubs(): void {
    const zoom = Math.min(1, this.graph.zoom());
    const taken: { x: number; y: number; width: number }[] = [];
    this.graph.batch(() => {
      for (const hub of this.hubs) {
        const { x, y } = hub.renderedPosition();
        const width = Math.min(NAME.width, (String(hub.data("name")).length * NAME.size) / 1.8);
        const isFree = taken.every((other) => Math.abs(other.y - y) > 16 || Math.abs(other.x - x) > (other.width + width) / 2);
        if (isFree) taken.push({ x, y, width });
        const factor = isFree ? zoom : 1;
        hub.style({ "font-size": NAME.size / factor, "text-max-width": `${NAME.width / factor}px`, "z-index": isFree ? 1 : 0 });
      }
    });
  }

  /** Makes a record the current one; `expands` asks for what is around it. */
  private choose(node: NodeSingular | undefined, expands = false): void {
    if (!node) return;
    this.current = node;
    const near = node.closedNeighborhood();
    this.graph.batch(() => {
      this.graph.elements().removeClass("is-current is-near is-faint");
      node.addClass("is-current");
      near.edges().addClass("is-near");
      this.graph.elements().not(near).addClass("is-faint");
    });
    announce(`${String(node.data("name"))}, ${String(node.data("kind"))}, ${near.edges().length} connections shown.`);
    if (expands) this.expand(node);
  }

  private leave(): void {
    this.current = undefined;
    this.graph.elements().removeClass("is-current is-near is-faint");
  }

  /** Asks for the neighbourhood of one more record: through the form of the page if it has one. */
  private expand(node: NodeSingular): void {
    const field = document.querySelector<HTMLInputElement>("input[data-graph-of]");
    const place = document.querySelector<HTMLElement>("[data-graph-source]");
    if (node.data("is_centre") || !place) return;
    const source = new URL(place.dataset.graphSource ?? "", location.href);
    const of = [...new Set([...(source.searchParams.get("of") ?? "").split(","), node.id()])].filter(Boolean).join(",");
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
    const node = this.graph.getElementById(id)[0] as NodeSingular | undefined;
    const field = document.querySelector<HTMLInputElement>("input[data-graph-of]");
    if (node) {
      this.graph.animate({ center: { eles: node }, zoom: Math.max(this.graph.zoom(), 1), duration: 100 });
      this.choose(node);
    } else if (field) {
      this.awaited = id;
      field.value = field.value ? `${field.value},${id}` : id;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  private act(wanted: string): void {
    if (wanted === "fit") this.graph.fit(undefined, 30);
    else if (wanted === "svg") saveSvg(this.graph, this.colours);
    else if (wanted === "png") void savePng(this.graph, this.colours);
    else this.graph.zoom({ level: this.graph.zoom() * (wanted === "in" ? 1.3 : 1 / 1.3), renderedPosition: { x: this.graph.width() / 2, y: this.graph.height() / 2 } });
  }

  private pressed(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (step) this.move(step);
    else if (event.key === "Enter" && this.current) open(this.current);
    else if (event.key === " " && this.current) this.choose(this.current, true);
    else if (event.key === "+" || event.key === "=") this.act("in");
    else if (event.key === "-") this.act("out");
    else if (event.key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Moves to the nearest record in a direction. */
  private move([right, down]: [number, number]): void {
    if (!this.current) return this.choose(this.graph.nodes()[0]);
    const from = this.current.position();
    let best: NodeSingular | undefined;
    let least = Infinity;
    this.graph.nodes().forEach((node) => {
      const { x, y } = node.position();
      const along = (x - from.x) * right + (y - from.y) * down;
      const aside = Math.abs((x - from.x) * down) + Math.abs((y - from.y) * right);
      if (along > 1 && along + 2 * aside < least) [least, best] = [along + 2 * aside, node];
    });
    if (!best) return;
    this.choose(best);
    this.graph.center(best);
  }

  private tell(words: string): void {
    const told = this.section.querySelector("[data-graph-told]");
    if (told) told.textContent = words;
  }
}

/** The records, the best connected first, in the same order each time. */
function byDegree(graph: Core): NodeSingular[] {
  const counted = (graph.nodes().toArray() as NodeSingular[]).map((node) => ({ node, id: node.id(), degree: node.degree(false) }));
  counted.sort((one, other) => other.degree - one.degree || (one.id < other.id ? -1 : 1));
  return counted.map(({ node }) => node);
}

function open(node: NodeSingular): void {
  location.assign(`/${node.id()}`);
}

function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
