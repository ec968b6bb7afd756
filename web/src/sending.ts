/** What forms have in common that are sent without leaving the page. */
import { release } from "./forms";
import { announce, readPage } from "./live";

/** Sends a form as the browser would, and reads the page that answers. */
export async function post(form: HTMLFormElement, submitter: HTMLElement | null): Promise<[Response, Document]> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === "string") body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body });
  return [answer, await readPage(answer)];
}

/** Whether a page is the sign-in: the session has ended. */
export const isSignIn = (page: Document) => page.querySelector("form[action='/sign-in']") !== null;

/** Says in the form why it was not saved, and lets it be sent again. */
export function showFailure(form: HTMLFormElement, words: string): void {
  release(form);
  // What was typed since it was kept last is a draft again.
  form.dispatchEvent(new Event("change"));
  announce(words);
  const note = form.querySelector("[data-failure]") ?? document.createElement("p");
  note.className = "rt-error";
  note.setAttribute("data-failure", "");
  note.textContent = words;
  form.append(note);
}

/** Leads to the sign-in beside this page, which keeps what was typed. */
export function showSignedOut(form: HTMLFormElement): void {
  const button = form.querySelector("button[type=submit]")?.textContent?.trim() ?? "the button";
  showFailure(form, `Not saved: you are signed out. Sign in, then press ${button} again; your words are here. `);
  const link = Object.assign(document.createElement("a"), { href: "/sign-in", target: "_blank" });
  link.textContent = "Sign in in a new tab";
  form.querySelector("[data-failure]")?.append(link);
}
