/** What forms have in common that are sent without leaving the page. */
import { keepSentDraft } from "./drafts";
import { release } from "./forms";
import { announce, readPage } from "./live";

/** Sends a form as the browser would, and reads the page that answers. */
export async function post(form: HTMLFormElement, submitter: HTMLElement | null): Promise<[Response, Document]> {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, submitter)) if (typeof value === "string") body.append(name, value);
  const answer = await fetch(form.action, { method: "POST", body });
  return [answer, await readPage(answer)];
}

/** Says in the form why it was not saved, and lets it be sent again. */
export function showFailure(form: HTMLFormElement, words: string): void {
  release(form);
  keepSentDraft();
  announce(words);
  const note = form.querySelector("[data-failure]") ?? document.createElement("p");
  note.className = "rt-error";
  note.setAttribute("data-failure", "");
  note.textContent = words;
  form.append(note);
}
