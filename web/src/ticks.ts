/** Rows that are ticked to be changed together: by click, by `x`, and with Shift all from the last one on. */
import { currentRow } from "./rows";

let last: HTMLInputElement | null = null;

const ticks = () => [...document.querySelectorAll<HTMLInputElement>(".rt-table tbody .rt-tick input")];

/** Has clicks with Shift tick ranges, the box at the head all rows, and the bar below appear with the first tick. */
export function startTicks(): void {
  document.addEventListener("click", ({ target, shiftKey }) => {
    if (!(target instanceof HTMLInputElement) || !target.closest(".rt-tick")) return;
    if (target.dataset.tickAll !== undefined) for (const tick of ticks()) tick.checked = target.checked;
    else spread(target, shiftKey);
    show();
  });
  document.addEventListener("reset", ({ target }) => {
    if (target instanceof HTMLFormElement && target.id === "many") setTimeout(show);
  });
  // A browser may bring ticks back with the page.
  addEventListener("pageshow", show);
}

/** Ticks the current row, or takes its tick away; with `isRange` all rows from the last one on. */
export function tickRow(isRange: boolean): boolean {
  const tick = currentRow()?.querySelector<HTMLInputElement>(".rt-tick input");
  if (!tick) return false;
  tick.checked = isRange || !tick.checked;
  spread(tick, isRange);
  show();
  return true;
}

/** Takes all ticks away; tells whether there were any. */
export function clearTicks(): boolean {
  const ticked = ticks().filter((tick) => tick.checked);
  for (const tick of ticked) tick.checked = false;
  if (ticked.length > 0) show();
  return ticked.length > 0;
}

function spread(tick: HTMLInputElement, isRange: boolean): void {
  const all = ticks();
  const [from, to] = [last ? all.indexOf(last) : -1, all.indexOf(tick)];
  if (isRange && from >= 0) {
    for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = tick.checked;
  }
  last = tick;
}

function show(): void {
  const all = ticks();
  const chosen = all.filter((tick) => tick.checked).length;
  document.getElementById("many")?.toggleAttribute("data-chosen", chosen > 0);
  const count = document.querySelector("[data-tick-count]");
  if (count) count.textContent = String(chosen);
  const head = document.querySelector<HTMLInputElement>("[data-tick-all]");
  if (!head) return;
  head.checked = chosen > 0 && chosen === all.length;
  head.indeterminate = chosen > 0 && chosen < all.length;
}
