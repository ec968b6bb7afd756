/** A record chosen by typing its name, as the ARIA pattern of an editable combobox with a list. */
import { fetchChoices, optionOf, type Choice } from "./choices";
import { createInDialog } from "./dialog";
import { Listbox } from "./listbox";
import { announce, onEveryPart } from "./live";

let lists = 0;

/** Makes every `input[data-combobox]` of the page a combobox, now and in parts that come later. */
export function startComboboxes(): void {
  onEveryPart((part) => {
    for (const input of part.querySelectorAll<HTMLInputElement>("input[data-combobox]:not([role])")) new Combobox(input);
  });
}

class Combobox {
  private readonly list: Listbox;
  private readonly hidden: HTMLInputElement | null;
  private choices: Choice[] = [];
  private timer = 0;
  private asked = 0;

  constructor(private readonly input: HTMLInputElement) {
    this.hidden = input.closest(".rt-combobox")?.querySelector("[data-combobox-value]") ?? null;
    this.list = new Listbox(input, `choices-${++lists}`, input.labels?.[0]?.textContent?.trim() ?? "Choices");
    input.after(this.list.element);
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", () => this.typed());
    input.addEventListener("keydown", (event) => this.pressed(event));
    input.addEventListener("blur", () => this.close());
    this.list.element.addEventListener("click", ({ target }) => {
      const option = (target as Element).closest("[role=option]");
      if (option) this.choose([...this.list.element.children].indexOf(option));
    });
  }

  private typed(): void {
    if (this.hidden) this.hidden.value = "";
    // Who types on takes none of those that were offered.
    this.input.closest(".rt-field")?.querySelector(".rt-offered")?.remove();
    // What stands there answers earlier words.
    this.close();
    this.timer = window.setTimeout(() => void this.look(), 150);
  }

  private async look(): Promise<void> {
    const words = this.input.value.trim();
    const turn = ++this.asked;
    if (!words) return this.close();
    const found = await fetchChoices(this.input.dataset.combobox ?? "", words, this.input.dataset.comboboxCreate);
    // An answer to words that have changed since is of no use.
    if (turn !== this.asked || document.activeElement !== this.input) return;
    this.choices = found;
    this.show();
    const count = found.filter((choice) => !choice.create).length;
    announce(count === 0 ? "Nothing found." : `${count} found.`);
  }

  private show(): void {
    this.list.show(this.choices.map(optionOf));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked++;
    this.choices = [];
    this.show();
  }

  private choose(index: number): void {
    const choice = this.choices[index];
    if (!choice) return;
    this.close();
    if (choice.create) return void createInDialog(choice.create, (id, name) => this.take(id, name));
    this.take(choice.id, choice.name);
  }

  private take(id: string, name: string): void {
    this.input.value = name;
    if (this.hidden) this.hidden.value = id;
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.input.focus();
  }

  /** Chooses the marked entry, or the first: what was found, else the form in which a new record is made. */
  private accept(): void {
    this.choose(Math.max(this.list.active, 0));
  }

  private pressed(event: KeyboardEvent): void {
    const count = this.choices.length;
    if (event.key === "ArrowDown" && !count) void this.look();
    else if (event.key === "ArrowDown") this.list.step(1);
    else if (event.key === "ArrowUp" && count) this.list.step(-1);
    else if (event.key === "Enter" && count && !event.ctrlKey) this.accept();
    else if (event.key === "Tab" && this.list.active >= 0) return this.accept();
    else if (event.key === "Escape" && count) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
