/** Where one was in a list: how far it was scrolled, which row was current, and which records stood in it. */
import { isSigningOut } from "./drafts";
import { addressOf, allRows, makeCurrent, rowOf } from "./rows";
import { recall, remember, tabKey } from "./storage";

type Place = { top: number; left: number; row: string | null };

const here = () => location.pathname + location.search;
const keyOf = (address: string) => tabKey(`place.${address}`);
const walkKey = () => tabKey("walk");

/** Keeps the place in a list until one is back, and leads from a record to those beside it in its list. */
export function startPlaces(): void {
  // Filters put another table in the place of this one.
  const scroller = () => document.querySelector<HTMLElement>("#results .rt-table-scroll");
  let beginsAnew = "";
  const list = scroller();
  if (list) restore(list);
  addEventListener("pagehide", () => {
    const left = scroller();
    if (left && beginsAnew !== here() && !isSigningOut()) keep(left);
  });
  document.addEventListener("click", noteWalk, true);
  // Who begins anew begins at the top.
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>(".rt-nav a[href]") : null;
    if (!link) return;
    beginsAnew = link.pathname + link.search;
    remember(keyOf(beginsAnew), null);
  });
  showBeside();
}

function keep(scroller: HTMLElement): void {
  const row = addressOf(scroller.querySelector("tr[data-current]")) || null;
  const place: Place = { top: scroller.scrollTop || scrollY, left: scroller.scrollLeft, row };
  remember(keyOf(here()), JSON.stringify(place));
}

function restore(scroller: HTMLElement): void {
  const kept = recall(keyOf(here()));
  if (!kept) return;
  const place = JSON.parse(kept) as Place;
  scroller.scrollTo(place.left, place.top);
  if (scroller.scrollTop === 0) scrollTo(0, place.top);
  const row = place.row && allRows().find((one) => addressOf(one) === place.row);
  if (row) makeCurrent(row);
}

/** Notes the records of a list when one of them is opened. */
function noteWalk({ target }: Event): void {
  const row = target instanceof Element && target.closest("#results") ? rowOf(target) : null;
  if (!row) return;
  const rows = allRows();
  for (const other of rows) other.toggleAttribute("data-current", other === row);
  remember(walkKey(), JSON.stringify(rows.map(addressOf)));
}

/** Puts the ways to the records before and after this one at the end of its actions. */
function showBeside(): void {
  const actions = document.querySelector(".rt-head .rt-actions");
  const kept = recall(walkKey());
  if (!actions || !kept) return;
  const records = JSON.parse(kept) as string[];
  const place = records.indexOf(location.pathname);
  if (place < 0) return;
  const ways = document.createElement("span");
  ways.className = "rt-beside";
  const [before, after] = [records[place - 1], records[place + 1]];
  if (before) ways.append(way("prev", "[", before));
  if (after) ways.append(way("next", "]", after));
  actions.prepend(ways);
}

function way(rel: "prev" | "next", key: string, address: string): HTMLElement {
  const name = rel === "prev" ? "Previous in the list" : "Next in the list";
  const link = document.createElement("a");
  link.className = "btn btn-icon";
  link.title = `${name} (${key})`;
  link.setAttribute("aria-label", name);
  link.textContent = rel === "prev" ? "‹" : "›";
  return Object.assign(link, { href: address, rel });
}
