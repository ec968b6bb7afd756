/** Forms that lose nothing: no double submit, no leaving with unsaved words, the summary of errors first. */
import { onEveryPart } from "./live";

const changed = new Set<HTMLFormElement>();

/** Watches forms for changes and submits, and brings the summary of errors to attention. */
export function startForms(): void {
  document.addEventListener("input", ({ target }) => {
    const form = target instanceof Element ? target.closest<HTMLFormElement>("form[data-guard]") : null;
    if (form) changed.add(form);
  });
  addEventListener("beforeunload", (event) => {
    const isLosing = [...changed].some((form) => form.isConnected && !form.matches("[aria-busy=true]"));
    if (isLosing) event.preventDefault();
  });
  document.addEventListener("submit", submitted);
  // A page that comes back from the browser's memory can be sent again.
  addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((form) => release(form)));
  onEveryPart((part) => {
    const summary = part.querySelector<HTMLElement>("[data-error-summary]");
    summary?.focus();
    const refused = summary?.closest<HTMLFormElement>("form[data-guard]");
    if (refused) changed.add(refused);
  });
  document.addEventListener("keydown", chooseByNumber);
  document.addEventListener("click", ({ target }) => {
    const summary = target instanceof Element ? target.closest("details.rt-add > summary") : null;
    if (summary) focusAdded(summary);
  });
}

/** Whether words would be lost that someone typed. */
export function hasChanges(): boolean {
  return [...changed].some((form) => form.isConnected);
}

/** The forms in a part of the page whose words are not sent yet. */
export function unsentIn(part: Element): HTMLFormElement[] {
  return [...changed].filter((form) => part.contains(form));
}

/** Takes one of a few choices by its number, and goes on to the next empty field. */
function chooseByNumber(event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLInputElement) || !target.matches(".rt-choices input") || !/^[1-9]$/.test(key)) return;
  const choice = target.closest(".rt-choices")?.querySelectorAll("input")[Number(key) - 1];
  if (!choice) return;
  event.preventDefault();
  choice.click();
  const fields = [...(choice.form?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input:not([type]), textarea") ?? [])];
  const isLater = (field: Element) => choice.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
  fields.find((field) => isLater(field) && !field.value)?.focus();
}

/** Lets a form be sent again. */
export function release(form: Element): void {
  form.removeAttribute("aria-busy");
}

/** Forgets that a form was changed, since its words are kept elsewhere now. */
export function settle(form: HTMLFormElement): void {
  changed.delete(form);
}

/** Forgets that any form was changed, since nobody is signed in any more who could save it. */
export function settleAll(): void {
  changed.clear();
}

function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
  form.setAttribute("aria-busy", "true");
  // An answer that is a file leaves the page as it is.
  setTimeout(() => release(form), 10_000);
}

/** Puts the cursor into the first field of a form that has just been opened. */
function focusAdded(summary: Element): void {
  const details = summary.closest("details");
  setTimeout(() => {
    if (details?.open) details.querySelector<HTMLElement>("input:not([type=hidden]), select, textarea")?.focus();
  });
}
