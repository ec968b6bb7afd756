/** Cells of a list that are changed where they stand; the head of their column names the field of a form of the row. */
import { replace } from "./inplace";
import { announce, isWork, readPage, tellOfChange } from "./live";
import { pickAt, type Place } from "./pick";
import { addressOf, allRows, currentRow, linkOf, makeCurrent, rowOf } from "./rows";
import { post } from "./sending";
import { showMessageOf } from "./toast";

/** The row that was changed last, of which the message tells. */
let changed = "";

/** Opens a list for the cell that is clicked on, and takes back here what was changed here. */
export function startCells(): void {
  document.addEventListener("click", (event) => {
    const { target, ctrlKey, metaKey } = event;
    if (!(target instanceof Element) || target.closest("a, button, input, label") || ctrlKey || metaKey) return;
    const cell = target.closest<HTMLTableCellElement>("[data-rows] td");
    const head = cell && headOf(cell);
    if (!cell || !head?.dataset.cell || getSelection()?.toString()) return;
    event.preventDefault();
    open(cell, head);
  });
  document.addEventListener("pointerover", ({ target }) => {
    const cell = target instanceof Element ? target.closest<HTMLTableCellElement>("[data-rows] td:not([data-changes])") : null;
    const head = cell && headOf(cell);
    if (!cell || !head?.dataset.cell) return;
    cell.dataset.changes = "";
    if (!cell.title) cell.title = `Change (${head.dataset.cellKey})`;
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!changed || !(form instanceof HTMLFormElement) || !form.closest("#flash")) return;
    event.preventDefault();
    void post(form, event.submitter).then(([answer, page]) => show(changed, page, answer)).catch(() => location.reload());
  });
}

/** Opens the list for the cell of the current row whose column that key changes; tells whether there is one. */
export function changeCell(key: string): boolean {
  const row = currentRow();
  const head = row?.closest("table")?.querySelector<HTMLTableCellElement>(`th[data-cell][data-cell-key="${CSS.escape(key)}"]`);
  const cell = head && row?.closest("tr")?.cells[head.cellIndex];
  if (!cell) return false;
  open(cell, head);
  return true;
}

/** The head above a cell. */
const headOf = (cell: HTMLTableCellElement) => cell.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];

function open(cell: HTMLTableCellElement, head: HTMLTableCellElement): void {
  const row = rowOf(cell);
  const address = addressOf(row);
  if (!row || !address) return;
  makeCurrent(row);
  const place: Place = {
    // On a phone the cell itself is folded away.
    shown: cell.checkVisibility() ? cell : row,
    label: head.textContent?.trim() ?? "",
    form: `${address}/${head.dataset.cell}`,
    saved: (page, answer) => {
      linkOf(row)?.focus({ preventScroll: true });
      void show(address, page, answer);
    },
    focus: () => linkOf(row)?.focus({ preventScroll: true }),
  };
  pickAt(place);
}

/** Shows a row as it is now, with the message of the page that answers; without one the page itself, which asks. */
async function show(address: string, answered: Document, answer: Response): Promise<void> {
  if (!answer.redirected || !isWork(answered)) return replace([], answered, answer);
  showMessageOf(answered);
  changed = address;
  const list = await fetch(location.href).then(readPage);
  const find = (all: Iterable<HTMLElement>) => [...all].find((row) => addressOf(row) === address);
  const [old, fresh] = [find(allRows()), find(list.querySelectorAll<HTMLTableRowElement>("[data-rows] > tbody > tr"))];
  // It was out of the list, and is back.
  if (!old) return location.reload();
  if (!fresh) {
    const beside = old.nextElementSibling ?? old.previousElementSibling;
    old.remove();
    announce("It fits the filters no more.");
    return beside instanceof HTMLTableRowElement ? makeCurrent(beside) : undefined;
  }
  const tick = old.querySelector<HTMLInputElement>("input[type=checkbox]");
  const freshTick = fresh.querySelector<HTMLInputElement>("input[type=checkbox]");
  if (tick && freshTick) freshTick.checked = tick.checked;
  // Whoever went on meanwhile is not called back.
  const isStillHere = document.activeElement === document.body || old.contains(document.activeElement);
  fresh.toggleAttribute("data-current", old.hasAttribute("data-current"));
  old.replaceWith(fresh);
  tellOfChange(fresh);
  if (isStillHere) makeCurrent(fresh);
}
