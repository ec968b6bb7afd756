/** The search box as a palette: what one opened last, records and texts while typing, and what may be done with the words. */
import { announce, isWork, readPage } from "./live";
import { recall, remember, tabKey } from "./storage";

interface Entry {
  address: string;
  /** What is shown, with its hits marked. */
  name: Node;
  kind: string;
  about: string;
}
type Recent = { address: string; name: string; kind: string };
type Answer = { id: string; name: string; detail: string }[];

const recentsKey = () => tabKey("recents");
const RECORDS = 7;
const TEXTS = 3;

/** Notes the record of this page, and makes the search box a palette. */
export function startPalette(): void {
  noteRecord();
  const input = document.getElementById("search");
  if (input instanceof HTMLInputElement && input.form) new Palette(input, input.form);
}

function recents(): Recent[] {
  return JSON.parse(recall(recentsKey()) ?? "[]") as Recent[];
}

function noteRecord(): void {
  const kind = /^\/([a-z]+)\/\d+$/.exec(location.pathname)?.[1];
  const name = document.querySelector("main h1")?.textContent?.trim();
  if (!kind || !name || document.querySelector("[data-problem]")) return;
  const record = { address: location.pathname, name, kind: singular(kind) };
  const others = recents().filter((other) => other.address !== record.address);
  remember(recentsKey(), JSON.stringify([record, ...others].slice(0, 8)));
}

const singular = (kind: string) => (kind === "people" ? "person" : kind === "technologies" ? "technology" : kind.replace(/s$/, ""));

class Palette {
  private readonly list = document.createElement("ul");
  private active = -1;
  private timer = 0;
  private turn = 0;

  constructor(
    private readonly input: HTMLInputElement,
    form: HTMLFormElement,
  ) {
    this.list.id = "palette";
    this.list.className = "rt-combobox-list rt-palette";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Found");
    form.append(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("focus", () => this.typed());
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.show([]));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.open((event.target as Element).closest("li"), event.ctrlKey || event.metaKey));
  }

  private typed(): void {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    const turn = ++this.turn;
    // What stands there answers earlier words.
    this.mark(-1);
    if (!words) return this.show(recents().map((one) => ({ ...one, name: new Text(one.name), about: "" })));
    this.timer = window.setTimeout(() => void this.look(words, turn), 80);
  }

  private async look(words: string, turn: number): Promise<void> {
    const query = new URLSearchParams({ q: words });
    const [ranked, page] = await Promise.all([
      fetch(`/search/api?${query}`).then((answer) => (answer.ok ? (answer.json() as Promise<Answer>) : [])),
      fetch(`/search?${query}`).then(readPage),
    ]).catch(() => [[], null] as [Answer, null]);
    // An answer to words that have changed since is of no use.
    if (turn !== this.turn || document.activeElement !== this.input || !page) return;
    if (!isWork(page)) return announce("You are signed out.");
    const entries = entriesOf(ranked, page);
    this.show(entries);
    if (entries.length > 0) this.mark(0);
    announce(entries.length === 0 ? "Nothing found." : `${entries.length} entries.`);
  }

  private show(entries: Entry[]): void {
    this.list.replaceChildren(...entries.map((entry, index) => optionOf(entry, `palette-${index}`)));
    this.list.hidden = entries.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(-1);
  }

  private mark(index: number): void {
    this.active = index;
    [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    const item = this.list.children[index];
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private open(item: Element | null | undefined, beside: boolean): void {
    const address = item instanceof HTMLElement ? item.dataset.address : undefined;
    if (!address) return;
    if (beside) window.open(address, "_blank", "noopener");
    else location.assign(address);
  }

  private pressed(event: KeyboardEvent): void {
    const count = this.list.children.length;
    if (event.key === "ArrowDown" && count) this.mark((this.active + 1) % count);
    else if (event.key === "ArrowUp" && count) this.mark((this.active - 1 + count) % count);
    // The page of all results is one Shift away.
    else if (event.key === "Enter" && this.active >= 0 && !event.shiftKey) {
      this.open(this.list.children[this.active], event.ctrlKey || event.metaKey);
    }
    else if (event.key === "Escape" && !this.list.hidden) this.show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Records in the order of their rank, then texts, then what may be done: as the page of results says it. */
function entriesOf(ranked: Answer, page: Document): Entry[] {
  const lines = new Map<string, Entry>();
  for (const link of page.querySelectorAll<HTMLAnchorElement>("main .rt-list a[href]")) {
    const address = link.getAttribute("href") ?? "";
    const item = link.closest("li");
    const excerpt = item?.querySelector("p");
    const name = document.createDocumentFragment();
    name.append(...[...link.childNodes].map((node) => document.importNode(node, true)));
    const about = item?.querySelector(".rt-muted")?.textContent?.trim() ?? "";
    const kind = item?.closest("section")?.querySelector("h2")?.textContent?.trim() ?? "";
    if (excerpt) name.append(" ", Object.assign(document.createElement("small"), { textContent: excerpt.textContent?.trim() ?? "" }));
    lines.set(`${excerpt ? "text" : kind === "Do" ? "do" : "record"} ${address}`, { address, name, kind, about });
  }
  const records = ranked.flatMap(({ id, detail }) => {
    const line = lines.get(`record /${id}`);
    return line ? [{ ...line, kind: detail }] : [];
  });
  const of = (start: string) => [...lines].filter(([key]) => key.startsWith(start)).map(([, entry]) => entry);
  const acts = of("do ").map((entry) => ({ ...entry, kind: "" }));
  return [...records.slice(0, RECORDS), ...of("text ").slice(0, TEXTS), ...acts];
}

function optionOf(entry: Entry, id: string): HTMLLIElement {
  const item = document.createElement("li");
  item.id = id;
  item.dataset.address = entry.address;
  item.setAttribute("role", "option");
  const name = document.createElement("span");
  name.className = "rt-palette-name";
  name.append(entry.name);
  const about = Object.assign(document.createElement("span"), { className: "rt-muted" });
  about.textContent = [entry.kind, entry.about].filter(Boolean).join(" · ");
  item.append(name, about);
  if (!entry.kind) item.className = "rt-combobox-create";
  return item;
}
