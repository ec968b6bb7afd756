/** The search box as a palette: what one opened last, records and texts while typing, and what may be done with the words. */
import { Listbox } from "./listbox";
import { announce, isWork, readPage } from "./live";
import { closePeek, peek } from "./peek";
import { logOverPage, logsContact } from "./sheet";
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
const TEXTS = 6;

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
  private readonly list: Listbox;
  private timer = 0;
  private turn = 0;

  constructor(
    private readonly input: HTMLInputElement,
    form: HTMLFormElement,
  ) {
    this.list = new Listbox(input, "palette", "Found");
    this.list.element.classList.add("rt-palette");
    form.append(this.list.element);
    input.addEventListener("focus", () => this.typed());
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.show([]));
    this.list.element.addEventListener("click", (event) => this.open((event.target as Element).closest("li"), event.ctrlKey || event.metaKey));
  }

  private typed(): void {
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    const turn = ++this.turn;
    // What stands there answers earlier words.
    this.list.mark(-1);
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
    if (entries.length > 0) this.list.mark(0);
    announce(entries.length === 0 ? "Nothing found." : `${entries.length} entries.`);
  }

  private close(): void {
    clearTimeout(this.timer);
    this.turn++;
    this.show([]);
  }

  private show(entries: Entry[]): void {
    this.list.show(entries.map(optionOf));
  }

  private open(item: Element | null | undefined, beside: boolean): void {
    const address = item instanceof HTMLElement ? item.dataset.address : undefined;
    if (!address) return;
    if (beside) window.open(address, "_blank", "noopener");
    else if (logsContact(address)) {
      this.close();
      logOverPage(address);
    } else location.assign(address);
  }

  private pressed(event: KeyboardEvent): void {
    const { count, active } = this.list;
    if (event.key === "ArrowDown" && count) this.list.step(1);
    else if (event.key === "ArrowUp" && count) this.list.step(-1);
    // The page of all results is one Shift away.
    else if (event.key === "Enter" && active >= 0 && !event.shiftKey) {
      this.open(this.list.element.children[active], event.ctrlKey || event.metaKey);
    }
    else if (event.key === "ArrowRight" && active >= 0 && this.input.selectionEnd === this.input.value.length) {
      const item = this.list.element.children[active];
      if (!(item instanceof HTMLElement) || !peek(item.dataset.address ?? "")) return;
    }
    else if (event.key === "Escape" && closePeek()) announce("Closed.");
    else if (event.key === "Escape" && count) this.close();
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
    if (excerpt) {
      const words = document.createElement("small");
      words.append(...[...excerpt.childNodes].map((node) => document.importNode(node, true)));
      name.append(" ", words);
    }
    lines.set(`${excerpt ? "text" : kind === "Do" ? "do" : "record"} ${address}`, { address, name, kind, about });
  }
  const records = ranked.flatMap(({ id, detail }) => {
    const line = lines.get(`record /${id}`);
    return line ? [{ ...line, kind: detail }] : [];
  });
  const of = (start: string) => [...lines].filter(([key]) => key.startsWith(start)).map(([, entry]) => entry);
  const acts = of("do ").map((entry) => ({ ...entry, kind: "" }));
  // The first of each kind before the second of any, so that many contacts crowd out no item.
  const seen = new Map<string, number>();
  const texts = of("text ").map((entry) => {
    const place = seen.get(entry.kind) ?? 0;
    seen.set(entry.kind, place + 1);
    return { entry, place };
  });
  texts.sort((one, other) => one.place - other.place);
  return [...records.slice(0, RECORDS), ...texts.slice(0, TEXTS).map(({ entry }) => entry), ...acts];
}

function optionOf(entry: Entry): HTMLLIElement {
  const item = document.createElement("li");
  item.dataset.address = entry.address;
  const name = document.createElement("span");
  name.className = "rt-palette-name";
  name.append(entry.name);
  const about = Object.assign(document.createElement("span"), { className: "rt-muted" });
  about.textContent = [entry.kind, entry.about].filter(Boolean).join(" · ");
  item.append(name, about);
  if (!entry.kind) item.className = "rt-combobox-create";
  return item;
}
