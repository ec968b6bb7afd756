/** Forms that change a part of the page and leave the rest where it is; without scripts the whole page comes back. */
import * as files from "./files";
import { release, settle, unsentIn } from "./forms";
import { announce, isWork, tellOfChange } from "./live";
import { isSignIn, post, showFailure, showSignedOut } from "./sending";
import { showMessageOf } from "./toast";

/** What is known of an answer beside its page. */
type Answer = Pick<Response, "redirected" | "url">;

/** Sends every form that has, or stands in an element that has, `data-inplace="id id"` without leaving the page. */
export function startInPlace(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    const ids = form.closest<HTMLElement>("[data-inplace]")?.dataset.inplace;
    if (!ids) return;
    event.preventDefault();
    void send(form, ids.split(" "), event.submitter);
  });
}

async function send(form: HTMLFormElement, ids: string[], submitter: HTMLElement | null): Promise<void> {
  let answer: Answer;
  let page: Document;
  try {
    [answer, page] = await (form.enctype === "multipart/form-data" ? files.send(form, submitter) : post(form, submitter));
  } catch {
    return showFailure(form, "Not saved: the server could not be reached. Try again.");
  }
  release(form);
  // After an error and at the sign-in, what was typed stays on this page.
  if (isSignIn(page)) return showSignedOut(form);
  if (!isWork(page)) return showFailure(form, `Not saved: ${wordsOf(page)}`);
  settle(form);
  replace(ids, page, answer);
}

/** Puts the parts that the answer holds in the place of ours; the whole of the answer where it lacks one. */
export function replace(ids: string[], page: Document, answer: Answer): void {
  const parts = ids.map((id) => [document.getElementById(id), page.getElementById(id)] as const);
  const main = document.querySelector("main");
  const freshMain = page.querySelector("main");
  let shown: Element[] = [];
  let unsent: Unsent[] = [];
  if (ids.length > 0 && parts.every(([old, fresh]) => old && fresh)) {
    unsent = parts.flatMap(([old, fresh]) => (old && fresh ? takeUnsent(old, fresh) : []));
    for (const [old, fresh] of parts) if (old && fresh) put(old, fresh);
    shown = parts.flatMap(([, fresh]) => fresh ?? []);
  } else if (main && freshMain) {
    unsent = takeUnsent(main, freshMain);
    main.replaceWith(freshMain);
    shown = [freshMain];
    document.title = page.title;
    if (answer.redirected) history.pushState(null, "", answer.url);
    scrollTo(0, 0);
    freshMain.focus({ preventScroll: true });
  }
  if (!shown.length) return location.assign(answer.url);
  showMessageOf(page);
  shown.forEach(tellOfChange);
  unsent.forEach(bringBack);
  const words = document.querySelector("[data-error-summary] h2")?.textContent?.trim();
  if (words) announce(words);
}

/** A form whose words are not sent yet, what it folds away in, and the part that takes the place of its own. */
type Unsent = { form: HTMLFormElement; element: Element; fresh: Element; focused: HTMLElement | null };

/** Takes the forms out of a part that is replaced whose words would be lost with it. */
function takeUnsent(old: Element, fresh: Element): Unsent[] {
  const take = (form: HTMLFormElement) => {
    const element = form.closest("details") ?? form;
    const active = document.activeElement;
    const focused = active instanceof HTMLElement && element.contains(active) ? active : null;
    element.remove();
    return { form, element, fresh, focused };
  };
  return unsentIn(old).map(take);
}

/** Puts a form where its like stands now, at the end where there is none; who typed in it goes on. */
function bringBack({ form, element, fresh, focused }: Unsent): void {
  const isLike = (other: HTMLFormElement) => other.getAttribute("action") === form.getAttribute("action");
  const like = [...fresh.querySelectorAll("form")].find(isLike);
  if (like) {
    (like.closest("details") ?? like).replaceWith(element);
  } else {
    const section = Object.assign(document.createElement("section"), { className: "rt-section" });
    section.append(Object.assign(document.createElement("h2"), { textContent: "Not sent yet" }), element);
    fresh.append(section);
  }
  focused?.focus({ preventScroll: true });
}

/** Puts `fresh` in the place of `old`; who added something there can add the next. */
function put(old: Element, fresh: Element): void {
  const adding = document.activeElement?.closest("details.rt-add")?.querySelector("summary");
  const place = adding ? [...old.querySelectorAll("summary")].indexOf(adding) : -1;
  old.replaceWith(fresh);
  fresh.querySelectorAll("summary")[place]?.focus();
}

/** What an error says. */
function wordsOf(page: Document): string {
  const parts = [...page.querySelectorAll("main h1, main h1 ~ p, main [data-problem]")].map((part) => part.textContent?.trim());
  return parts.filter(Boolean).join(". ");
}
