/** Entries of the calendar are moved to another day by hand, or by keys. */

/** Days that an arrow moves an entry with Shift. */
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

/** Makes every `[data-move]` within a `[data-calendar]` one that can be moved, by the form that does it without scripts. */
export function startCalendar(): void {
  let dragged: string | undefined;
  document.addEventListener("dragstart", ({ target, dataTransfer }) => {
    dragged = target instanceof HTMLElement ? target.dataset.move : undefined;
    if (dragged && dataTransfer) dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const day = dragged && dayOf(event.target);
    for (const other of document.querySelectorAll(".rt-day-over")) if (other !== day) other.classList.remove("rt-day-over");
    if (!day) return;
    event.preventDefault();
    day.classList.add("rt-day-over");
  });
  document.addEventListener("dragend", () => {
    dragged = undefined;
    document.querySelector(".rt-day-over")?.classList.remove("rt-day-over");
  });
  document.addEventListener("drop", (event) => {
    const day = dragged && dayOf(event.target)?.dataset.day;
    if (!dragged || !day) return;
    event.preventDefault();
    move(dragged, day);
  });
  document.addEventListener("keydown", (event) => {
    const entry = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-calendar] [data-move]") : null;
    const step = STEPS[event.key];
    const day = entry && dayOf(entry)?.dataset.day;
    if (!entry?.dataset.move || !step || !day || !event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    move(entry.dataset.move, later(day, step));
  });
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLSelectElement && target.matches("[data-sends]")) target.form?.requestSubmit();
  });
}

function dayOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-calendar] [data-day]") : null;
}

/** The day so many days later. */
function later(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Sends the form that moves; what was moved has the focus again where it stands then. */
function move(entry: string, day: string): void {
  const form = document.querySelector<HTMLFormElement>("form[data-moves]");
  if (!form) return;
  const set = (name: string, value: string) => {
    const field = form.elements.namedItem(name);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = value;
  };
  set("entry", entry);
  set("day", day);
  document.addEventListener("roundtable:changed", () => document.querySelector<HTMLElement>(`[data-move="${entry}"]`)?.focus(), { once: true });
  form.requestSubmit();
}
