/** Links that change what stands in a list and leave the page where it is; without scripts they are pages. */
import { isWork, readPage, tellOfChange } from "./live";

/** Makes every `a[data-swaps]` put another `#results` in the place of the one that is shown. */
export function startTabs(): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-swaps]") : null;
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void swap(link.href);
  });
}

async function swap(address: string): Promise<void> {
  const shown = document.getElementById("results");
  const page = await fetch(address).then(readPage, () => null);
  const results = page && isWork(page) ? page.getElementById("results") : null;
  // A lost session or an error: let the browser show what the server says.
  if (!shown || !results) return location.assign(address);
  shown.replaceWith(results);
  history.replaceState(history.state, "", address);
  tellOfChange(results);
  results.querySelector<HTMLElement>(".rt-needs-tabs [aria-current]")?.focus({ preventScroll: true });
}
