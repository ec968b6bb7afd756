/** Drafts of forms, kept with this tab each second until the form is saved. */
import { settleAll } from "./forms";
import { onEveryPart } from "./live";
import { forget, onRemembered, recall, remember, tabKey } from "./storage";

type Draft = { at: string; fields: [string, string][] };

/** The forms that are drafted, all that lose something when left, each by where it is sent. */
function draftedForms(part: ParentNode): [HTMLFormElement, string][] {
  const forms = [...part.querySelectorAll<HTMLFormElement>("form[data-guard]")];
  return forms.map((form) => [form, `${ownDrafts()}${form.getAttribute("action")}`]);
}

/** The keys of the drafts of whoever is signed in; another person's words are not theirs to see. */
const ownDrafts = () => `draft.${document.body.dataset.user}.`;

let isLeaving = false;

/** Whether the person is signing out, in this tab or another: nothing of theirs is to be kept any more. */
export const isSigningOut = () => isLeaving;

const drafted = new WeakSet<HTMLFormElement>();

/** When this browser was signed out last: no tab may keep a draft from before. */
const SIGNED_OUT = "signed-out";

/** Restores the drafts of the page, keeps them while one types, and drops those that were saved. */
export function startDrafts(): void {
  if (!document.body.dataset.user) return;
  forget("draft.", ownDrafts());
  forget("tab.", tabKey(""));
  followSignOut();
  onEveryPart((part) => {
    const forms = draftedForms(part);
    dropSaved(forms.map(([form]) => form));
    for (const [form, key] of forms) if (!drafted.has(form)) start(form, key);
  });
}

/** Drops the drafts of all tabs once one of them has signed out; the others leave what they show as well. */
function followSignOut(): void {
  document.addEventListener("submit", ({ target }) => {
    if (!(target instanceof HTMLFormElement) || target.getAttribute("action") !== "/sign-out") return;
    isLeaving = true;
    forget("draft");
    forget("tab.");
    addEventListener("pagehide", () => remember(SIGNED_OUT, new Date().toISOString()), { once: true });
  });
  onRemembered(SIGNED_OUT, () => {
    isLeaving = true;
    forget("draft");
    forget("tab.");
    settleAll();
    location.replace("/sign-in");
  });
}

/** The draft kept under `key`; a tab that slept through a sign-out still has one, which is dropped. */
function keptDraft(key: string): string | null {
  const kept = recall(key);
  const end = recall(SIGNED_OUT);
  if (kept === null || end === null || (JSON.parse(kept) as Draft).at > end) return kept;
  remember(key, null);
  return null;
}

function start(form: HTMLFormElement, key: string): void {
  drafted.add(form);
  const refused = form.querySelector("[data-error-summary]") !== null;
  const kept = refused ? null : keptDraft(key);
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
    remember("draft-sent", JSON.stringify([...new Set([...sentDrafts(), key])]));
  });
}

/** Drops the draft of a form that is saved, also under the address by which it was refused before. */
export function dropDraft(form: HTMLFormElement): void {
  for (const key of [...sentDrafts(), `${ownDrafts()}${form.getAttribute("action")}`]) remember(key, null);
  remember("draft-sent", null);
}

/** Keeps the draft that was sent, since it is known not to have arrived. */
export function keepSentDraft(): void {
  remember("draft-sent", null);
}

const sentDrafts = () => JSON.parse(recall("draft-sent") ?? "[]") as string[];

/**
 * Drops the drafts that were sent once a page says that they are saved: a message of the shell, and no errors. A form
 * that is refused may be sent on under another address, so its drafts wait; a page about something else ends that.
 */
function dropSaved(forms: HTMLFormElement[]): void {
  if (forms.some((form) => form.querySelector("[data-error-summary]"))) return;
  if (document.querySelector("#flash .rt-flash")) for (const key of sentDrafts()) remember(key, null);
  remember("draft-sent", null);
}

function fieldsOf(form: HTMLFormElement): [string, string][] {
  const secret = new Set([...form.querySelectorAll<HTMLInputElement>("input[type=password]")].map((field) => field.name));
  const fields = [...new FormData(form)].filter(([name]) => !secret.has(name));
  return fields.filter((field): field is [string, string] => typeof field[1] === "string");
}

function restore(form: HTMLFormElement, key: string, text: string): void {
  const draft = JSON.parse(text) as Draft;
  const values = new Map(draft.fields);
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) {
      field.checked = draft.fields.some(([name, value]) => name === field.name && value === field.value);
    } else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) {
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

const stateOf = (form: HTMLFormElement) => form.querySelector("[data-draft-state]");

/** The time of day of a moment, with its day when that is not today. */
function clock(moment: string): string {
  const date = new Date(moment);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString()} ${time}`;
}
