/** Drafts: what is typed is kept on the server while one types, and nowhere else, until the form is saved. */
import { settle, settleAll } from "./forms";
import { onEveryPart } from "./live";
import { forgetTab, onRemembered, remember, tabKey } from "./storage";

/** How long one has typed nothing before it is kept; how long until a server is asked again that did not answer, or refused. */
const PAUSE = 800;
const AGAIN = 3000;
const REFUSED_AGAIN = 15_000;

let isLeaving = false;

/** Whether the person is signing out, in this tab or another: nothing of theirs is to be kept any more. */
export const isSigningOut = () => isLeaving;

const drafted = new WeakSet<HTMLFormElement>();

/** Told to all tabs when one of them signs out. */
const SIGNED_OUT = "signed-out";

/** Keeps every `form[data-draft]` of the page while one types. */
export function startDrafts(): void {
  if (!document.body.dataset.user) return;
  forgetTab(tabKey(""));
  followSignOut();
  onEveryPart((part) => {
    for (const form of part.querySelectorAll<HTMLFormElement>("form[data-draft]")) if (!drafted.has(form)) start(form);
  });
}

/** Leaves what all tabs show once one of them has signed out. */
function followSignOut(): void {
  document.addEventListener("submit", ({ target }) => {
    if (!(target instanceof HTMLFormElement) || target.getAttribute("action") !== "/sign-out") return;
    isLeaving = true;
    forgetTab();
    addEventListener("pagehide", () => remember(SIGNED_OUT, new Date().toISOString()), { once: true });
  });
  onRemembered(SIGNED_OUT, () => {
    isLeaving = true;
    forgetTab();
    settleAll();
    location.replace("/sign-in");
  });
}

function start(form: HTMLFormElement): void {
  drafted.add(form);
  let timer = 0;
  let isTyped = false;
  let isReached = true;
  let sending: Promise<void> | null = null;
  const later = (time: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(keep, time);
  };
  const send = async (isLast: boolean) => {
    isTyped = false;
    try {
      say(form, await put(form, fieldsOf(form), isLast));
      isReached = true;
    } catch (error) {
      isTyped = true;
      const isRefused = error instanceof Refused;
      isReached = isRefused;
      say(form, isRefused ? error.message : "Draft not saved: the server cannot be reached");
      later(isRefused ? REFUSED_AGAIN : AGAIN);
    }
    sending = null;
    if (isTyped && !timer) later(PAUSE);
  };
  const keep = (isLast = false) => {
    clearTimeout(timer);
    timer = 0;
    if (isTyped && !sending && !isLeaving && form.isConnected && !form.matches("[aria-busy=true]")) sending = send(isLast);
  };
  const note = () => {
    isTyped = true;
    if (!sending) later(PAUSE);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  addEventListener("pagehide", () => keep(true));
  // What is being kept is kept before the form is sent: later it would be a draft of what is saved.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = 0;
    // Without a network the browser would leave for a page of its own, whatever is kept already.
    if (!navigator.onLine) {
      isTyped = true;
      keep();
    }
    if (!sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    void sending.then(() => form.isConnected && isReached && form.requestSubmit(submitter));
  });
  if (stateOf(form)?.textContent?.trim()) offerDiscard(form);
}

/** Words that the server did not take, and why. */
class Refused extends Error {}

/** Keeps the fields as the draft that the form goes on with, or gives it up where there are none; says what was said. */
async function put(form: HTMLFormElement, fields: [string, string][], keepalive: boolean): Promise<string> {
  const tag = form.elements.namedItem("draft") as HTMLInputElement;
  const known: HeadersInit = tag.value ? { "If-Match": `"${tag.value}"` } : { "If-None-Match": "*" };
  const body = new URLSearchParams(fields);
  const answer = await fetch(form.dataset.draft ?? "", { method: "PUT", headers: known, body, keepalive });
  if (answer.status === 401) throw new Refused("Draft not saved: you are signed out");
  if (!answer.ok) throw new Refused(`Draft not saved: ${((await answer.json()) as { title: string }).title}`);
  tag.value = (answer.headers.get("ETag") ?? "").replace(/^W\/|"/g, "");
  return ((await answer.json()) as { words: string }).words;
}

function fieldsOf(form: HTMLFormElement): [string, string][] {
  const secret = new Set([...form.querySelectorAll<HTMLInputElement>("input[type=password]")].map((field) => field.name));
  const isKept = ([name, value]: [string, FormDataEntryValue]) => name !== "draft" && !secret.has(name) && typeof value === "string";
  return [...new FormData(form)].filter((field): field is [string, string] => isKept(field));
}

/** Beside what is said of a draft that was restored, the way to be rid of it. */
function offerDiscard(form: HTMLFormElement): void {
  const discard = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-link" });
  discard.textContent = "Discard it";
  discard.addEventListener("click", async () => {
    await put(form, [], false);
    settle(form);
    // Whoever shows the form in a place of its own brings it anew.
    const isTaken = !form.dispatchEvent(new CustomEvent("roundtable:discarded", { bubbles: true, cancelable: true }));
    if (!isTaken) location.reload();
  });
  stateOf(form)?.append(" ", discard);
}

function say(form: HTMLFormElement, words: string): void {
  const state = stateOf(form);
  if (state) state.textContent = words;
}

const stateOf = (form: HTMLFormElement) => form.querySelector("[data-draft-state]");
