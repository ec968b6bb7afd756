/** Where one was in a list: how far it was scrolled, which row was current, and which records stood in it. */
import { recall, remember } from "./storage";

type Place = { top: number; left: number; row: string | null };
type Walk = { list: string; records: string[] };

const here = () => location.pathname + location.search;
const keyOf = (address: string) => `tab.place.${address}`;
const WALK = "tab.walk";

/** Keeps the place in a list until one is back, and leads from a record to those beside it in its list. */
export function startPlaces(): void {
  const scroller = document.querySelector<HTMLElement>(".rt-table-scroll");
  const isList = document.querySelector("#results") !== null;
  if (isList && scroller) {
    restore(scroller);
    addEventListener("pagehide", () => keep(scroller));
    document.addEventListener("click", noteWalk, true);
  }
  // Who begins anew begins at the top.
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>(".rt-nav a[href]") : null;
    if (link) remember(keyOf(link.pathname + link.search), null);
  });
  showBeside();
}

function keep(scroller: HTMLElement): void {
  const row = scroller.querySelector<HTMLElement>("tr[data-current]")?.dataset.href ?? null;
  const place: Place = { top: scroller.scrollTop || scrollY, left: scroller.scrollLeft, row };
  remember(keyOf(here()), JSON.stringify(place));
}

function restore(scroller: HTMLElement): void {
  const kept = recall(keyOf(here()));
  if (!kept) return;
  const place = JSON.parse(kept) as Place;
  scroller.scrollTo(place.left, place.top);
  if (scroller.scrollTop === 0) scrollTo(0, place.top);
  const row = place.row && scroller.querySelector<HTMLElement>(`tr[data-href="${CSS.escape(place.row)}"]`);
  if (!row) return;
  row.toggleAttribute("data-current", true);
  row.querySelector<HTMLElement>("a[href]")?.focus({ preventScroll: true });
}

/** Notes the records of a list when one of them is opened. */
function noteWalk({ target }: Event): void {
  const row = target instanceof Element ? target.closest<HTMLElement>("tr[data-href]") : null;
  if (!row) return;
  for (const other of document.querySelectorAll("tr[data-current]")) other.toggleAttribute("data-current", other === row);
  row.toggleAttribute("data-current", true);
  const rows = [...document.querySelectorAll<HTMLElement>("tr[data-href]")];
  const walk: Walk = { list: here(), records: rows.map((one) => one.dataset.href ?? "") };
  remember(WALK, JSON.stringify(walk));
}

/** Puts the ways to the records before and after this one at the end of its actions. */
function showBeside(): void {
  const actions = document.querySelector(".rt-head .rt-actions");
  const kept = recall(WALK);
  if (!actions || !kept) return;
  const { records } = JSON.parse(kept) as Walk;
  const place = records.indexOf(location.pathname);
  if (place < 0) return;
  const ways = document.createElement("span");
  ways.className = "rt-beside";
  ways.append(`${place + 1} of ${records.length} `, way("prev", "[", records[place - 1]), way("next", "]", records[place + 1]));
  actions.prepend(ways);
}

function way(rel: "prev" | "next", key: string, address: string | undefined): HTMLElement {
  const name = rel === "prev" ? "Previous in the list" : "Next in the list";
  const link = document.createElement("a");
  link.className = "btn btn-icon";
  link.title = `${name} (${key})`;
  link.setAttribute("aria-label", name);
  link.textContent = rel === "prev" ? "‹" : "›";
  if (address) Object.assign(link, { href: address, rel });
  else link.setAttribute("aria-disabled", "true");
  return link;
}
