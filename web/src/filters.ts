/** Filters that apply at once: the list changes below them, and the address with it. */
import { announce, readPage, tellOfChange } from "./live";

let running: AbortController | undefined;

/** Makes every `form[data-filters]` apply itself; styles hide the button that does so without scripts. */
export function startFilters(): void {
  let timer = 0;
  const changed = ({ type, target }: Event) => {
    const form = filterForm(target);
    // A record is chosen from what was typed, not typed itself.
    const isPicked = target instanceof Element && target.matches(".rt-filter-list [data-combobox]");
    if (!form || isPicked !== (type === "change")) return;
    const isText = target instanceof HTMLInputElement && !["checkbox", "radio", "date"].includes(target.type);
    clearTimeout(timer);
    timer = window.setTimeout(() => void apply(form), isText ? 250 : 0);
  };
  for (const type of ["input", "change"]) document.addEventListener(type, changed);
  document.addEventListener("submit", (event) => {
    const form = filterForm(event.target);
    if (!form) return;
    event.preventDefault();
    clearTimeout(timer);
    void apply(form);
  });
}

function filterForm(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("form[data-filters]") : null;
}

/** The address of the form's page with the fields that are filled. */
function addressOf(form: HTMLFormElement): URL {
  const address = new URL(form.getAttribute("action") || location.pathname, location.href);
  address.search = "";
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim()) address.searchParams.append(name, value.trim());
  }
  return address;
}

async function apply(form: HTMLFormElement): Promise<void> {
  const address = addressOf(form);
  const shown = document.getElementById("results");
  if (!shown) return location.assign(address);
  running?.abort();
  const current = (running = new AbortController());
  shown.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: current.signal });
    const page = await readPage(answer);
    const results = page.getElementById("results");
    // A lost session or an error: let the browser show what the server says.
    if (!answer.ok || !results) return location.assign(address);
    shown.replaceWith(results);
    history.replaceState(history.state, "", address);
    for (const part of [".rt-head .rt-count", "[data-follows-results]"]) {
      const [fresh, old] = [page.querySelector(part), document.querySelector(part)];
      if (fresh && old) old.replaceWith(fresh);
    }
    tellOfChange(results);
    const words = results.querySelector("[data-count], .rt-paging-range, .rt-empty")?.textContent?.trim();
    announce(words ?? "The list has changed.");
  } catch (error) {
    if (current.signal.aborted) return;
    announce(`The list could not be loaded: ${String(error)}`);
    location.assign(address);
  } finally {
    if (running === current) document.getElementById("results")?.removeAttribute("aria-busy");
  }
}
