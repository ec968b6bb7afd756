/** Rows of a table or a list that lead somewhere: one of them is current, and a click anywhere on a row follows it. */

/** A row that leads where its first link does. */
const ROW = ":is([data-rows] > tbody > tr, ul[data-rows] > li):has(a[href])";

/** All rows that lead somewhere. */
export const allRows = () => [...document.querySelectorAll<HTMLElement>(ROW)];

/** The row around an element. */
export const rowOf = (element: Element | null) => element?.closest<HTMLElement>(ROW) ?? null;

/** The link that a row leads by. */
export const linkOf = (row: Element | null) => row?.querySelector<HTMLAnchorElement>("a[href]") ?? null;

/** Where a row leads. */
export const addressOf = (row: Element | null) => linkOf(row)?.getAttribute("href") ?? "";

/** The row that `j` and `k` came to, or the one that holds the focus. */
export function currentRow(): HTMLElement | null {
  return rowOf(document.activeElement) ?? rowOf(document.querySelector("[data-rows] [data-current]"));
}

/** Makes a row the current one; the focus goes to its link, which leaves the page where it is. */
export function makeCurrent(row: HTMLElement): void {
  for (const other of allRows()) other.toggleAttribute("data-current", other === row);
  linkOf(row)?.focus({ preventScroll: true });
}

/** Makes the row `step` further the current one; tells whether there are rows. */
export function moveRow(step: 1 | -1): boolean {
  const rows = allRows();
  const current = currentRow();
  const place = current ? rows.indexOf(current) + step : 0;
  const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
  if (!row) return false;
  makeCurrent(row);
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/** Lets a click beside the links of a row follow the row, unless words are being selected. */
export function startRows(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.defaultPrevented) return;
    const address = addressOf(rowOf(event.target));
    if (!address || event.target.closest("a, button, input, label, select, summary, form")) return;
    if (getSelection()?.toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(address, "_blank", "noopener");
    else location.assign(address);
  });
}
