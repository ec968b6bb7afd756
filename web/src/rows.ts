/** Rows of a table that lead somewhere: one of them is current, and a click anywhere on a row follows it. */

/** The row that `j` and `k` came to, or the one that holds the focus. */
export function currentRow(): HTMLTableRowElement | null {
  const focused = document.activeElement?.closest<HTMLTableRowElement>("tr[data-href]");
  return focused ?? document.querySelector<HTMLTableRowElement>("tr[data-href][data-current]");
}

/** Makes the row `step` further the current one and focuses its link; tells whether there are rows. */
export function moveRow(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLTableRowElement>("tr[data-href]")];
  const current = currentRow();
  const place = current ? rows.indexOf(current) + step : 0;
  const row = rows[Math.min(Math.max(place, 0), rows.length - 1)];
  if (!row) return false;
  for (const other of rows) other.toggleAttribute("data-current", other === row);
  row.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/** Lets a click beside the links of a row follow the row, unless words are being selected. */
export function startRows(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.defaultPrevented) return;
    const row = event.target.closest<HTMLTableRowElement>("tr[data-href]");
    if (!row?.dataset.href || event.target.closest("a, button, input, label, select, summary, form")) return;
    if (getSelection()?.toString()) return;
    if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
    else location.assign(row.dataset.href);
  });
}
