/** A record looked at beside the list: a panel that follows the current row and takes no focus. */
import { announce, isWork, readPage } from "./live";
import { addressOf, currentRow, linkOf } from "./rows";

const RECORD = /^\/[a-z]+\/\d+$/;
let panel: HTMLElement | null = null;
let shown = "";

/** Opens the panel for the current row, or closes it; tells whether there is such a row. */
export function peekAtRow(): boolean {
  if (closePeek()) return true;
  return peek(addressOf(currentRow()));
}

/** Has an open panel show the row that is current now. */
export function followRow(): void {
  if (panel) peek(addressOf(currentRow()));
}

/** Shows the record at `address`; tells whether there is one. */
export function peek(address: string): boolean {
  if (!RECORD.test(address)) return false;
  shown = address;
  void show(address);
  return true;
}

/** Closes the panel; tells whether it was open. */
export function closePeek(): boolean {
  const wasOpen = panel !== null;
  const holdsFocus = panel?.contains(document.activeElement);
  panel?.remove();
  panel = null;
  shown = "";
  if (holdsFocus) linkOf(currentRow())?.focus({ preventScroll: true });
  return wasOpen;
}

async function show(address: string): Promise<void> {
  const answer = await fetch(`${address}/peek`).catch(() => null);
  const page = answer && (await readPage(answer));
  // Another row may be current by now.
  if (shown !== address || !page) return;
  const [title, facts] = [page.querySelector("main h1"), page.querySelector("[data-peek]")];
  if (!answer.ok || !isWork(page) || !title || !facts) return void closePeek();
  if (!panel) {
    panel = document.createElement("aside");
    panel.className = "rt-peek";
    panel.setAttribute("aria-label", "Peek");
    document.body.append(panel);
  }
  const link = Object.assign(document.createElement("a"), { href: address, textContent: title.textContent?.trim() ?? "" });
  const heading = document.createElement("h2");
  heading.append(link);
  const close = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-icon", title: "Close (Esc)", textContent: "×" });
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => closePeek());
  const head = document.createElement("header");
  head.append(heading, close);
  panel.replaceChildren(head, document.importNode(facts, true));
  panel.scrollTop = 0;
  const badges = [...facts.querySelectorAll("p:first-child > span")].map((badge) => badge.textContent?.trim());
  announce(`${link.textContent}: ${badges.join(", ")}`);
}
