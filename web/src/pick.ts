/** A value that is changed where it stands: a list with typing, which sends the form that the value's link leads to. */
import { unsentIn } from "./forms";
import { replace } from "./inplace";
import { Listbox } from "./listbox";
import { announce, isWork, readPage } from "./live";
import { post } from "./sending";

/** One entry of the list. */
interface Option {
  value: string;
  label: string;
}

/** Where a value stands that is changed. */
export interface Place {
  /** What shows it. */
  shown: HTMLElement;
  /** What it is called. */
  label: string;
  /** The address of a form, with the name of the field behind `#`. */
  form: string;
  /** Shows what was saved, which is told by the page that answers. */
  saved(page: Document, answer: Response): void;
  /** Takes the focus back. */
  focus(): void;
}

/** The list that is open. */
let open: Pick | null = null;

/** Opens the list for a place, or closes it where it is open; another that is open is closed. */
export function pickAt(place: Place): void {
  const isOpen = open?.place.shown === place.shown;
  open?.close();
  if (!isOpen) open = new Pick(place);
}

/** Opens a list for the links `a[data-pick]`; without scripts they lead to the field of the form. */
export function startPicks(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-pick]") : null;
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    pickAt(placeOf(link));
  });
}

/** A value in the strip of a record, which a link leads from to its field. */
function placeOf(link: HTMLAnchorElement): Place {
  const label = link.dataset.pick ?? "";
  const saved = (page: Document, answer: Response) => {
    // At a meeting there is no timeline, and the answer is the page of the client.
    replace(["strip", "timeline"].filter((id) => document.getElementById(id)), page, answer);
    if (!open) document.querySelector<HTMLElement>(`a[data-pick="${CSS.escape(label)}"]`)?.focus();
  };
  return { shown: link, label, form: link.href, saved, focus: () => link.focus() };
}

class Pick {
  private readonly element = document.createElement("div");
  private readonly input = document.createElement("input");
  private readonly list: Listbox;
  private field: HTMLSelectElement | HTMLInputElement | null = null;
  /** The value that is saved. */
  private saved = "";
  private options: Option[] = [];
  private shown: Option[] = [];
  /** Whether Enter was pressed before there was a list. */
  private isAwaited = false;

  constructor(readonly place: Place) {
    const name = `Change ${place.label}`;
    this.input.className = "form-control";
    this.input.autocomplete = "off";
    this.input.setAttribute("aria-label", name);
    this.list = new Listbox(this.input, "pick-list", name);
    this.element.className = "rt-pick-list";
    this.element.append(this.input, this.list.element);
    const { left, bottom } = place.shown.getBoundingClientRect();
    this.element.style.top = `${bottom + scrollY + 2}px`;
    document.body.append(this.element);
    this.element.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - this.element.offsetWidth - 8))}px`;
    place.shown.toggleAttribute("data-open", true);
    this.input.addEventListener("input", () => this.show());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    // What is on its way may still have to be told of here.
    this.input.addEventListener("blur", () => this.isSending() || this.close());
    this.list.element.addEventListener("click", ({ target }) => {
      const item = (target as Element).closest("[role=option]");
      if (item) void this.choose(this.shown[[...this.list.element.children].indexOf(item)]);
    });
    this.input.focus();
    void this.load();
  }

  close(): void {
    // Leaving the page takes the focus from the input, which closes the list as well.
    if (open !== this) return;
    open = null;
    this.element.remove();
    this.place.shown.toggleAttribute("data-open", false);
  }

  /** Fetches the form as it is now, of which this is one field. */
  private async load(): Promise<void> {
    const [address = "", name = ""] = this.place.form.split("#");
    const page = await fetch(address).then(readPage).catch(() => null);
    const field = page?.querySelector(`main form [name="${CSS.escape(name)}"]`);
    if (!(field instanceof HTMLSelectElement || field instanceof HTMLInputElement)) return location.assign(this.place.form);
    // Words that wait in the form are not to be sent along unseen.
    if (field.form?.querySelector("[data-draft-state]")?.textContent?.trim()) return location.assign(this.place.form);
    this.field = field;
    this.saved = field.value;
    this.options = field instanceof HTMLSelectElement ? choicesOf(field) : daysOf(field);
    this.show();
  }

  private show(): void {
    const words = this.input.value.trim();
    // Keys that came before the list did count as well.
    const numbered = this.isNumbered() ? this.options[Number(words) - 1] : undefined;
    if (words && numbered) return void this.choose(numbered);
    const fits = (option: Option) => option.label.toLowerCase().includes(words.toLowerCase());
    this.shown = words ? this.options.filter(fits) : this.options;
    if (words && this.field instanceof HTMLInputElement) this.shown = [{ value: words, label: words }, ...this.shown];
    this.list.show(this.shown.map((option, index) => this.itemOf(option, index)));
    const current = this.shown.findIndex(({ value }) => value === this.field?.value);
    this.list.mark(words ? Math.min(0, this.shown.length - 1) : current);
    if (this.isAwaited) this.take();
  }

  private isNumbered(): boolean {
    return this.field instanceof HTMLSelectElement && this.options.length < 10;
  }

  private itemOf({ label }: Option, index: number): HTMLLIElement {
    const item = document.createElement("li");
    item.append(label);
    if (this.isNumbered() && !this.input.value) item.append(Object.assign(document.createElement("kbd"), { textContent: index + 1 }));
    return item;
  }

  private pressed(event: KeyboardEvent): void {
    const { key } = event;
    if (key === "ArrowDown") this.list.step(1);
    else if (key === "ArrowUp") this.list.step(-1);
    else if (key === "Enter") this.take();
    else if (key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Chooses the entry that is marked, now or once there is one. */
  private take(): void {
    this.isAwaited = this.field === null;
    if (!this.isAwaited) void this.choose(this.shown[this.list.active]);
  }

  private leave(): void {
    this.close();
    this.place.focus();
  }

  /** Sends the whole form with another value in the one field. */
  private async choose(option: Option | undefined): Promise<void> {
    const { field } = this;
    const form = field?.form;
    if (!option || !field || !form || form.getAttribute("aria-busy")) return;
    if (option.value === this.saved) return this.leave();
    form.setAttribute("aria-busy", "true");
    field.value = option.value;
    if (!option.value) dropPlan(form);
    for (const tick of form.querySelectorAll<HTMLInputElement>("[name=planned_contact_made]")) tick.checked = false;
    try {
      const [answer, page] = await post(form, null);
      if (!isWork(page)) return this.fail("Not saved: you are signed out, or may not change this.");
      const refusal = page.querySelector("[data-error-summary] h2")?.textContent?.trim();
      // What is to be decided takes the whole page, and with it the words that stand there.
      const isWriting = unsentIn(document.body).length > 0;
      if (refusal && isWriting) return this.fail(`Not saved: ${refusal} Send what you are writing first.`);
      this.close();
      this.place.saved(page, answer);
    } catch {
      this.fail("Not saved: the server could not be reached. Try again.");
    }
  }

  private isSending(): boolean {
    return this.field?.form?.getAttribute("aria-busy") === "true";
  }

  private fail(words: string): void {
    this.field?.form?.removeAttribute("aria-busy");
    announce(words);
    this.element.querySelector(".rt-error")?.remove();
    this.element.append(Object.assign(document.createElement("p"), { className: "rt-error", textContent: words }));
    this.input.focus();
  }
}

/** The choices of a select, the empty one last. */
function choicesOf(select: HTMLSelectElement): Option[] {
  const all = [...select.options].map(({ value, text }) => ({ value, label: value ? text : "None" }));
  return [...all.filter(({ value }) => value), ...all.filter(({ value }) => !value)];
}

/** Days that are often meant; any other is typed, as the words of a line are. */
function daysOf(field: HTMLInputElement): Option[] {
  if (!field.closest(".rt-date")) return [];
  const offers = [...(field.parentElement?.querySelectorAll("[data-offer]") ?? [])].map((offer) => offer.textContent?.trim() ?? "");
  const days = ["tomorrow", ...offers].map((day) => ({ value: day, label: day }));
  return field.value ? [...days, { value: "", label: "No contact planned" }] : days;
}

/** A plan without a day has no type and nobody either. */
function dropPlan(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll<HTMLSelectElement>("select[name^=next_planned_contact_]")) field.value = "";
}
