/** A meeting: its agenda moved by keys and by hand, walked through by numbers, and the time on a client, quietly. */
import { isTyping } from "./keys";
import { onEveryPart } from "./live";

/** Makes the agenda move and the clock tick. */
export function startMeeting(): void {
  startClock();
  startJumps();
  onEveryPart((part) => part.querySelectorAll<HTMLElement>("tr[data-point]").forEach(startDragging));
  document.addEventListener("keydown", moveByKey);
  document.addEventListener("submit", rememberButton);
  document.addEventListener("roundtable:changed", goOnMoving);
}

/** Counts the seconds on the client up; nothing is said aloud. */
function startClock(): void {
  const clock = document.querySelector<HTMLElement>("[data-clock]");
  if (!clock) return;
  const begun = Date.now() / 1000 - Number(clock.dataset.clock);
  const show = () => {
    const seconds = Math.max(0, Math.floor(Date.now() / 1000 - begun));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("rt-over", seconds > Number(clock.dataset.planned));
  };
  show();
  setInterval(show, 1000);
}

/** Walks through the agenda beside the talk: by j and k, or by the number of a client; Enter opens it. */
function startJumps(): void {
  let typed = "";
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    // Each time anew: the agenda is shown again while others change it.
    const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-agenda] a")];
    if (!links.length) return;
    const focus = (index: number) => links[Math.max(0, Math.min(index, links.length - 1))]?.focus();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target) || document.querySelector("dialog[open]")) return;
    if (/^\d$/.test(key)) {
      clearTimeout(timer);
      timer = window.setTimeout(() => (typed = ""), 1000);
      typed += key;
      focus(Number(typed) - 1);
    } else if (key === "j" || key === "k") {
      const held = links.indexOf(target as HTMLAnchorElement);
      const current = held < 0 ? links.findIndex((link) => link.ariaCurrent) : held;
      focus(current + (key === "j" ? 1 : -1));
    } else return;
    event.preventDefault();
  });
}

/** The button of a point that was pressed last, to have the focus again once the agenda is shown anew. */
let pressed: { point: string; step: string } | null = null;

function moveByKey(event: KeyboardEvent): void {
  const step = { ArrowUp: "-1", ArrowDown: "1" }[event.key];
  const row = event.target instanceof Element ? event.target.closest("tr[data-point]") : null;
  if (!event.altKey || !step || !row) return;
  event.preventDefault();
  row.querySelector<HTMLButtonElement>(`button[value="${step}"]`)?.click();
}

function rememberButton({ target, submitter }: SubmitEvent): void {
  const row = target instanceof Element ? target.closest<HTMLElement>("tr[data-point]") : null;
  if (row?.dataset.point) pressed = { point: row.dataset.point, step: submitter?.getAttribute("value") ?? "" };
}

function goOnMoving(): void {
  if (!pressed) return;
  const row = document.querySelector(`tr[data-point="${CSS.escape(pressed.point)}"]`);
  row?.querySelector<HTMLElement>(`button[value="${CSS.escape(pressed.step)}"], a`)?.focus();
  pressed = null;
}

/** The row that is dragged, and the one before which it stood. */
let dragged: HTMLElement | null = null;
let stoodBefore: Element | null = null;

function startDragging(row: HTMLElement): void {
  row.addEventListener("dragstart", (event) => {
    dragged = row;
    stoodBefore = row.nextElementSibling;
    row.classList.add("rt-dragged");
    event.dataTransfer?.setData("text/plain", row.dataset.point ?? "");
  });
  row.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    row.parentElement?.insertBefore(dragged, event.clientY < top + height / 2 ? row : row.nextElementSibling);
  });
  row.addEventListener("drop", (event) => event.preventDefault());
  row.addEventListener("dragend", (event) => {
    row.classList.remove("rt-dragged");
    dragged = null;
    // So ends a drag that was given up, or let go where nothing takes it.
    if (event.dataTransfer?.dropEffect === "none") row.parentElement?.insertBefore(row, stoodBefore);
    else if (row.nextElementSibling !== stoodBefore) putBefore(row);
  });
}

/** Sends where a row was put: before which other. */
function putBefore(row: HTMLElement): void {
  const form = row.querySelector<HTMLFormElement>("form[action$='/position']");
  if (!form) return;
  const next = row.nextElementSibling instanceof HTMLElement ? row.nextElementSibling.dataset.point : "";
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "before", value: next ?? "" }));
  form.requestSubmit();
}
