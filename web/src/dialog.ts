/** A form of another page in a dialog, so that this page stays where it is. */
import { settle } from "./forms";
import { announce, isWork, readPage, tellOfChange } from "./live";
import { isSignIn, post, showFailure, showSignedOut } from "./sending";

/** Told of the page that follows a save; whether it is what was wanted. */
type Saved = (answer: Response, page: Document) => boolean;

/** Opens the form at `address` in a dialog and tells `chosen` which record was saved. */
export async function createInDialog(address: string, chosen: (id: string, name: string) => void): Promise<void> {
  return formInDialog(address, (answer, page) => {
    const id = /\/(\d+)$/.exec(new URL(answer.url).pathname)?.[1];
    if (!id) return false;
    const name = page.querySelector("main h1")?.textContent?.trim() ?? "";
    chosen(id, name);
    announce(`${name} is saved and chosen.`);
    return true;
  });
}

let opened = 0;

/** Opens the form at `address` in a dialog and tells `saved` of what follows. */
export async function formInDialog(address: string, saved: Saved): Promise<void> {
  const dialog = document.createElement("dialog");
  dialog.className = "rt-dialog";
  const title = `new-title-${++opened}`;
  dialog.setAttribute("aria-labelledby", title);
  try {
    if (!fill(dialog, await readPage(await fetch(address)))) return location.assign(address);
  } catch {
    return location.assign(address);
  }
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (!(event.target as Element).closest(".rt-form-buttons a")) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("roundtable:discarded", (event) => {
    event.preventDefault();
    void fetch(address).then(readPage).then((page) => fill(dialog, page) && tellOfChange(dialog));
  });
  // The page behind hears nothing of this form.
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.target instanceof HTMLFormElement) void send(dialog, event.target, saved, event.submitter);
  });
  dialog.showModal();
  tellOfChange(dialog);
}

async function send(dialog: HTMLDialogElement, form: HTMLFormElement, saved: Saved, submitter: HTMLElement | null): Promise<void> {
  if (form.getAttribute("aria-busy") === "true") return;
  form.setAttribute("aria-busy", "true");
  try {
    const [answer, page] = await post(form, submitter);
    if (answer.ok && answer.redirected && isWork(page)) {
      settle(form);
      dialog.close();
      if (saved(answer, page)) return;
    }
    if (isSignIn(page)) return showSignedOut(form);
    if (fill(dialog, page)) {
      tellOfChange(dialog);
      return dialog.querySelector<HTMLElement>(".rt-summary")?.focus();
    }
  } catch {
    // Told below: what was typed stays.
  }
  showFailure(form, "Not saved: the server did not take it. What you typed is still here.");
}

/** Puts the form of a page into the dialog; tells whether there is one. */
function fill(dialog: HTMLDialogElement, page: Document): boolean {
  // After an error and at the sign-in, what was typed stays.
  const form = isWork(page) && page.querySelector("main form.rt-form");
  const title = page.querySelector("main h1");
  if (!form || !title) return false;
  const heading = Object.assign(document.createElement("h2"), { id: dialog.getAttribute("aria-labelledby") ?? "", textContent: title.textContent });
  renamed(form);
  dialog.replaceChildren(heading, form);
  return true;
}

/** Gives every id in the form a name of its own, since the page behind may have the same. */
function renamed(form: Element): void {
  for (const attribute of ["id", "for", "list", "aria-describedby", "aria-labelledby"]) {
    for (const element of form.querySelectorAll(`[${attribute}]`)) {
      const ids = (element.getAttribute(attribute) ?? "").split(" ");
      element.setAttribute(attribute, ids.map((id) => `new-${id}`).join(" "));
    }
  }
  for (const link of form.querySelectorAll("a[href^='#']")) link.setAttribute("href", `#new-${link.getAttribute("href")?.slice(1)}`);
}
