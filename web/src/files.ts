/** Files that are dropped on the place where they are kept, and how far they have come; the form works without. */
import { announce, readPage } from "./live";

/** Watches for files that are carried over the page and dropped where a form takes them. */
export function startFiles(): void {
  for (const type of ["dragenter", "dragover"] as const) document.addEventListener(type, (event) => carried(event));
  for (const type of ["dragleave", "dragend"] as const) {
    document.addEventListener(type, ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Element) || !relatedTarget.closest("[data-drop]")) mark(null);
    });
  }
  document.addEventListener("drop", dropped);
  document.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === "file" && target.form) check(target.form, target);
  });
}

/** What takes the files that are carried there. */
function placeOf(event: DragEvent): HTMLElement | null {
  const bringsFiles = event.dataTransfer?.types.includes("Files") ?? false;
  return bringsFiles && event.target instanceof Element ? event.target.closest<HTMLElement>("[data-drop]") : null;
}

function mark(place: Element | null): void {
  for (const other of document.querySelectorAll(".rt-dropping")) if (other !== place) other.classList.remove("rt-dropping");
  place?.classList.add("rt-dropping");
}

function carried(event: DragEvent): void {
  const place = placeOf(event);
  mark(place);
  if (!place || !event.dataTransfer) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
}

/** Puts the files into the form; where there is something to choose, whoever dropped them chooses before they are sent. */
function dropped(event: DragEvent): void {
  const place = placeOf(event);
  mark(null);
  const form = place?.querySelector<HTMLFormElement>("form[data-files]");
  const input = form?.querySelector<HTMLInputElement>("input[type=file]");
  if (!form || !input || !event.dataTransfer) return;
  event.preventDefault();
  const details = form.closest("details");
  if (details) details.open = true;
  input.files = event.dataTransfer.files;
  if (!check(form, input)) return;
  const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (!form.querySelector("input[type=radio]")) return form.requestSubmit(button);
  button?.focus();
  announce(`${counted(input.files.length)} chosen. Choose who may see them, then press Add files.`);
}

const counted = (files: number) => (files === 1 ? "1 file" : `${files} files`);

/** Says at once what is too large to be sent, where the form tells how much it takes. */
function check(form: HTMLFormElement, input: HTMLInputElement): boolean {
  const most = Number(form.dataset.megabytes ?? "Infinity") * 1_000_000;
  const large = [...(input.files ?? [])].filter((file) => file.size > most).map((file) => file.name);
  input.setCustomValidity(large.length ? `Larger than ${form.dataset.megabytes} MB: ${large.join(", ")}` : "");
  if (large.length) input.reportValidity();
  return large.length === 0;
}

/** Sends a form with its files, shows how far they have come, and reads the page that answers. */
export function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<[Pick<Response, "redirected" | "url">, Document]> {
  const bar = form.querySelector("progress");
  const words = form.querySelector<HTMLElement>("[data-sent]");
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const part = total ? Math.round((loaded / total) * 100) : 0;
      // It takes as long as it takes: nothing may be sent twice meanwhile.
      form.setAttribute("aria-busy", "true");
      if (bar) [bar.hidden, bar.value] = [false, part];
      if (words) words.textContent = part < 100 ? `${part} %` : "Checking …";
    });
    request.addEventListener("loadend", () => {
      if (bar) bar.hidden = true;
      if (words) words.textContent = "";
    });
    request.addEventListener("error", () => reject(new Error("not sent")));
    request.addEventListener("abort", () => reject(new Error("not sent")));
    request.addEventListener("load", () => {
      const answer = { redirected: request.responseURL !== form.action, url: request.responseURL };
      readPage(new Response(request.responseText)).then((page) => resolve([answer, page]), reject);
    });
    request.open("POST", form.action);
    request.send(new FormData(form, submitter));
  });
}
