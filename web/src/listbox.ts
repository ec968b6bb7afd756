/** The list below an input of which one entry is marked: the ARIA pattern of a combobox, for records and the palette. */
export class Listbox {
  readonly element = document.createElement("ul");
  /** The place of the entry that is marked; -1 for none. */
  active = -1;

  constructor(
    private readonly input: HTMLInputElement,
    id: string,
    label: string,
  ) {
    this.element.id = id;
    this.element.className = "rt-combobox-list";
    this.element.hidden = true;
    this.element.setAttribute("role", "listbox");
    this.element.setAttribute("aria-label", label);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    // The input keeps the focus while the mouse chooses.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** How many entries there are. */
  get count(): number {
    return this.element.children.length;
  }

  /** Shows these entries, none of them marked. */
  show(entries: HTMLElement[]): void {
    entries.forEach((entry, index) => {
      entry.id = `${this.element.id}-${index}`;
      entry.setAttribute("role", "option");
    });
    this.element.replaceChildren(...entries);
    this.element.hidden = entries.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.element.hidden));
    this.mark(-1);
  }

  /** Marks the entry at that place, or none. */
  mark(index: number): void {
    this.active = index;
    [...this.element.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    const item = this.element.children[index];
    item?.scrollIntoView({ block: "nearest" });
    if (item) this.input.setAttribute("aria-activedescendant", item.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** Marks the next or the previous entry, round and round. */
  step(by: 1 | -1): void {
    const from = this.active < 0 && by < 0 ? 0 : this.active;
    this.mark((from + by + this.count) % this.count);
  }
}
