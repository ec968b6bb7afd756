/** Drafts of long forms, kept in this browser each second until the form is saved. */
import { onEveryPart } from "./live";
import { forget, recall, remember } from "./storage";

type Draft = { at: string; fields: [string, string][] };

/** The forms that are drafted: `form[data-draft]`, or the one within `[data-draft]`. */
function draftedForms(part: ParentNode): [HTMLFormElement, string][] {
  const within = part instanceof Element ? (part.closest("[data-draft]") ?? part) : part;
  const marked = [...within.querySelectorAll<HTMLElement>("[data-draft]")];
  if (within instanceof HTMLElement && within.matches("[data-draft]")) marked.push(within);
  return marked.flatMap((element): [HTMLFormElement, string][] => {
    const form = element instanceof HTMLFormElement ? element : element.querySelector("form");
    return form ? [[form, `${ownDrafts()}${element.dataset.draft}`]] : [];
  });
}

/** The keys of the drafts of whoever is signed in; another person's words are not theirs to see. */
const ownDrafts = () => `draft.${document.body.dataset.user}.`;

let isLeaving = false;

const drafted = new WeakSet<HTMLFormElement>();

/** Restores the drafts of the page, keeps them while one types, and drops those that were saved. */
export function startDrafts(): void {
  if (!document.body.dataset.user) return;
  forget("draft.", ownDrafts());
  document.addEventListener("submit", ({ target }) => {
    if (!(target instanceof HTMLFormElement) || target.getAttribute("action") !== "/sign-out") return;
    isLeaving = true;
    forget("draft");
  });
  onEveryPart((part) => {
    const forms = draftedForms(part);
    dropSaved(forms.map(([form]) => form));
    for (const [form, key] of forms) if (!drafted.has(form)) start(form, key);
  });
}

function start(form: HTMLFormElement, key: string): void {
  drafted.add(form);
  const refused = form.querySelector("[data-error-summary]") !== null;
  const kept = refused ? null : recall(key);
  if (kept) restore(form, key, kept);
  let timer = 0;
  let pending = false;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    if (!pending || isLeaving) return;
    pending = false;
    const draft: Draft = { at: new Date().toISOString(), fields: fieldsOf(form) };
    say(form, remember(key, JSON.stringify(draft)) ? `Draft saved ${clock(draft.at)}` : "Draft could not be saved");
  };
  const note = () => {
    pending = true;
    timer ||= window.setTimeout(save, 1000);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  addEventListener("pagehide", save);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    save();
    remember("draft-sent", `${Date.now()} ${key}`);
  });
}

/** Keeps the draft that was sent, since it is known not to have arrived. */
export function keepSentDraft(): void {
  remember("draft-sent", null);
}

/** Drops the draft that was sent a moment ago once a page says so: a message of the shell, and no errors. */
function dropSaved(forms: HTMLFormElement[]): void {
  const [moment, key] = recall("draft-sent")?.split(" ", 2) ?? [];
  if (!moment || !key) return;
  const isRefused = forms.some((form) => form.querySelector("[data-error-summary]"));
  const isSaved = document.querySelector("#flash .rt-flash") !== null && Date.now() - Number(moment) < 60_000;
  if (isSaved && !isRefused) remember(key, null);
  if (isSaved || isRefused) remember("draft-sent", null);
}

function fieldsOf(form: HTMLFormElement): [string, string][] {
  const fields = [...new FormData(form)].filter(([name]) => name !== "version");
  return fields.filter((field): field is [string, string] => typeof field[1] === "string");
}

function restore(form: HTMLFormElement, key: string, text: string): void {
  const draft = JSON.parse(text) as Draft;
  const values = new Map(draft.fields);
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = values.has(field.name);
    else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) {
      field.value = values.get(field.name) ?? field.value;
    }
  }
  say(form, `Draft of ${clock(draft.at)} restored `);
  const discard = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-link" });
  discard.textContent = "Discard it";
  discard.addEventListener("click", () => {
    remember(key, null);
    form.reset();
    say(form, "");
  });
  stateOf(form)?.append(discard);
}

function say(form: HTMLFormElement, words: string): void {
  const state = stateOf(form);
  if (state) state.textContent = words;
}

const stateOf = (form: HTMLFormElement) => form.closest("[data-draft]")?.querySelector("[data-draft-state]");

/** The time of day of a moment, with its day when that is not today. */
function clock(moment: string): string {
  const date = new Date(moment);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}
