/** Single-key shortcuts: never while typing, told under `?`, and switched off by whoever wants that (WCAG 2.1.4). */
import { recall, remember, tabKey } from "./storage";
import { changeCell } from "./cells";
import { closePeek, followRow, peekAtRow } from "./peek";
import { currentRow, linkOf, moveRow, rowOf } from "./rows";
import { clearTicks, tickRow } from "./ticks";

const writingKey = () => tabKey("writing");

let before = "";
let timer = 0;

/** Makes the keys work, the buttons that open dialogs, and the tick that switches the keys off. */
export function startKeys(): void {
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", ({ target }) => {
    const opens = target instanceof Element && target.closest<HTMLElement>("[data-opens]")?.dataset.opens;
    if (!opens) return;
    closeMenus();
    open(opens);
  });
  document.querySelector("[data-keys-find]")?.addEventListener("input", ({ target }) => {
    findHelp(target instanceof HTMLInputElement ? target.value : "");
  });
  goOnWriting();
  document.querySelector("[data-agenda] [aria-current]")?.scrollIntoView({ block: "center" });
  for (const tick of document.querySelectorAll<HTMLInputElement>("input[data-keys-toggle]")) {
    tick.checked = areOn();
    tick.addEventListener("change", () => remember("keys", tick.checked ? null : "off"));
  }
}

/** Leaves what holds all the words, and the headings over it. */
function findHelp(typed: string): void {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  for (const list of document.querySelectorAll<HTMLElement>("#keys dl")) {
    const lines = [...list.querySelectorAll<HTMLElement>("div")];
    for (const line of lines) line.hidden = !words.every((word) => line.textContent?.toLowerCase().includes(word));
    if (list.previousElementSibling instanceof HTMLElement) list.previousElementSibling.hidden = lines.every((line) => line.hidden);
  }
}

/** After an entry was saved, the writing goes on: for the same client or the next. */
function goOnWriting(): void {
  if (recall(writingKey())) focusWriting();
  remember(writingKey(), null);
  document.addEventListener("submit", ({ target }) => {
    if (target instanceof HTMLFormElement && target.id === "entry") remember(writingKey(), "on");
  });
}

/** The first field of what the page is written in, the entry of a meeting. */
function focusWriting(): boolean {
  const field = document.querySelector<HTMLElement>("#entry textarea");
  field?.focus();
  return field !== null;
}

const areOn = () => recall("keys") !== "off";

/** Closes every open menu; tells whether there was one. */
export function closeMenus(except?: Element | null): boolean {
  const open = [...document.querySelectorAll<HTMLDetailsElement>("details.rt-menu[open]")].filter((menu) => menu !== except);
  for (const menu of open) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary")?.focus();
  }
  return open.length > 0;
}

function open(id: string): void {
  const dialog = document.getElementById(id);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** Whether keys go into what has the focus. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select"));
}

function pressed(event: KeyboardEvent): void {
  const { key, target } = event;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (key === "Enter") submit(event);
    else if (key.toLowerCase() === "k") focusSearch(event);
    return;
  }
  if (key === "Escape") return escape(event);
  if (event.altKey || isTyping(target) || !areOn() || document.querySelector("dialog[open]")) return;
  if (act(key, target)) event.preventDefault();
  else if (key === "/") focusSearch(event);
  clearTimeout(timer);
  before = key.length === 1 ? key : "";
  timer = window.setTimeout(() => (before = ""), 1000);
}

/** Does what a single key, or the last two in a row, stand for. */
function act(key: string, target: EventTarget | null): boolean {
  if (before && follow(`[data-key="${CSS.escape(before)} ${CSS.escape(key)}"]`)) return true;
  if (key === "?") return open("keys"), true;
  if (key === "j" || key === "k") return moveRow(key === "j" ? 1 : -1) && (followRow(), true);
  if (key === "i" || (key === "Enter" && target === document.body && !currentRow())) return focusWriting();
  if (key === "[" || key === "]") return followBeside(key === "[" ? "prev" : "next");
  const onControl = target instanceof Element && target.closest("a, button, summary, input");
  if (key === "Enter" && !onControl) return openRow();
  if (key.toLowerCase() === "x") return tickRow(key === "X");
  if (key === " ") return onRow(target) && peekAtRow();
  if (key.length !== 1) return false;
  return (onRow(target) && changeCell(key)) || follow(`[data-key="${CSS.escape(key)}"]`);
}

function follow(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(`main ${selector}`) ?? document.querySelector<HTMLElement>(selector);
  element?.click();
  return element !== null;
}

/** To what stands beside: the client of the meeting or the record before the page of a list. */
function followBeside(rel: "prev" | "next"): boolean {
  return follow(`:is(.rt-at-table, .rt-beside) a[rel=${rel}]`) || follow(`a[rel=${rel}]`);
}

/** Whether a key is meant for the current row: it is pressed on its link, or beside everything. */
function onRow(target: EventTarget | null): boolean {
  return target === document.body || (target instanceof Element && target.matches("a") && rowOf(target) !== null);
}

function openRow(): boolean {
  const link = linkOf(currentRow());
  link?.click();
  return Boolean(link);
}

function submit(event: KeyboardEvent): void {
  const form = event.target instanceof Element ? event.target.closest("form") : null;
  if (!form || form.method !== "post") return;
  event.preventDefault();
  const next = event.shiftKey ? form.querySelector<HTMLButtonElement>("[data-and-next]") : null;
  form.requestSubmit(next);
}

function focusSearch(event: KeyboardEvent): void {
  const search = document.getElementById("search");
  if (!(search instanceof HTMLInputElement)) return;
  event.preventDefault();
  search.focus();
  search.select();
}

/** Closes the menu that is open, else leaves the field that is typed in. */
function escape(event: KeyboardEvent): void {
  if (closeMenus() || closePeek() || clearTicks()) return event.preventDefault();
  const opened = document.activeElement?.closest<HTMLDetailsElement>("details.rt-add[open]");
  if (opened) {
    opened.open = false;
    opened.querySelector("summary")?.focus();
  } else if (document.activeElement instanceof HTMLElement && document.activeElement.matches("#search, #entry textarea")) {
    // The words stay; single keys work again.
    document.activeElement.blur();
  }
}
