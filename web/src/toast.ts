/** The message over the page: it goes by itself, is closed by a button, and Ctrl-Z takes back what it tells of. */
import { isTyping } from "./keys";

/** How long it stays while nobody is at it, in milliseconds. */
const STAYS = 10_000;

let timer = 0;

/** Watches the place of the message, which stays while messages come and go. */
export function startToast(): void {
  const place = document.getElementById("flash");
  if (!place) return;
  const wait = () => {
    clearTimeout(timer);
    if (place.firstElementChild) timer = window.setTimeout(() => place.replaceChildren(), STAYS);
  };
  const hold = () => clearTimeout(timer);
  new MutationObserver(wait).observe(place, { childList: true });
  for (const come of ["pointerenter", "focusin"]) place.addEventListener(come, hold);
  place.addEventListener("pointerleave", () => place.contains(document.activeElement) || wait());
  place.addEventListener("focusout", () => place.matches(":hover") || wait());
  place.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-close-toast]")) place.replaceChildren();
  });
  document.addEventListener("keydown", takeBack);
  wait();
  if (place.firstElementChild) setTimeout(goOn);
}

/** After a save the keys go on in the page that it led to, unless something of it has the focus already. */
function goOn(): void {
  if (document.activeElement === document.body) document.getElementById("main")?.focus({ preventScroll: true });
}

function takeBack(event: KeyboardEvent): void {
  const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
  const button = document.querySelector<HTMLButtonElement>("#flash [data-undo]");
  if (!isUndo || !button || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  button.click();
}

/** Shows here the message that another page holds, with what it offers. */
export function showMessageOf(page: Document): void {
  const message = page.getElementById("flash");
  if (message) document.getElementById("flash")?.replaceChildren(...message.childNodes);
}
