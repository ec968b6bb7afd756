/** A meeting in several browsers: who is there, which client is on, what the others change. */
import { hasChanges } from "./forms";
import { isWork, readPage, tellOfChange } from "./live";
import { recall, remember, tabKey } from "./storage";
import { listen, type Told } from "./stream";

type Person = { id: number; name: string; face: string };
type State = { people: Person[]; presenter: number | null; client: number | null; writing: { id: number; client: number }[] };
type Change = { kind: string; client: number | null; by: number | null; name: string | null };

/** What someone did, behind their name; how the agenda goes on is seen in it. */
const DEEDS: Record<string, string> = {
  entry: "filed an entry",
  assessment: "changed the assessment",
  client: "changed the client",
  contact: "logged a contact",
  link: "changed a link",
  item: "changed an action item",
  meeting: "changed the meeting",
};

/** How long a change waits for those that come with it, and how often is told that someone writes. */
const TOGETHER = 120;
const WRITES = 6000;

/** How long whoever presents may be away: on the way to the next client they are gone for a moment. */
const GOING_ON = 600;

/** How long a note stays. */
const NOTED = 8000;

/** Follows the meeting that the page shows. */
export function startTogether(): void {
  const bar = document.querySelector<HTMLElement>("[data-together]");
  const meeting = bar?.dataset.together;
  if (!bar || !meeting) return;
  const shown = Number(bar.dataset.client) || null;
  const apart = tabKey(`apart.${meeting}`);
  let state: State = { people: [], presenter: null, client: null, writing: [] };
  // Of two tabs of the presenter the one that was opened last leads.
  let hasLed = false;
  addEventListener("pageshow", ({ persisted }) => (hasLed &&= !persisted));
  let isFollowed = false;
  const isPresenter = () => state.presenter === you();
  const refresh = soon(() => refreshed(bar, placeOf(meeting, shown)));
  const take = (fresh: State) => {
    state = fresh;
    show(bar, state, shown);
    if (isPresenter() && !hasLed) present(meeting, state, shown);
    hasLed ||= isPresenter();
    if (!isPresenter()) followPresenter(bar, state, shown, placeOf(meeting, state.client), recall(apart) !== null);
    // What changed between the page and the stream is told by none of them.
    if (!isFollowed) refresh();
    isFollowed = true;
  };
  let leaving = 0;
  listen(meeting, bar.dataset.worker ?? "", ({ event, data }: Told) => {
    if (event === "state") {
      const fresh = JSON.parse(data) as State;
      clearTimeout(leaving);
      const isGone = state.presenter !== null && fresh.presenter === null;
      if (isGone) leaving = window.setTimeout(() => take(fresh), GOING_ON);
      else take(fresh);
    } else if (event === "change") {
      const change = JSON.parse(data) as Change;
      if (change.by !== you() && change.kind in DEEDS) note(bar, deedOf(change, shown));
      refresh();
    } else if (event === "reload") {
      refresh();
    } else {
      clearTimeout(leaving);
      show(bar, { people: [], presenter: null, client: null, writing: [] }, shown);
      note(bar, "You follow this meeting no longer. Open the page again to go on.", true);
    }
  });
  const lookElsewhere = () => {
    if (state.presenter !== null && !isPresenter()) remember(apart, "yes");
  };
  document.addEventListener("click", ({ target }) => {
    const link = target instanceof Element ? target.closest("a[href*='client=']") : null;
    if (link?.closest("[data-together]")) remember(apart, null);
    else if (link) lookElsewhere();
  });
  document.addEventListener("submit", ({ submitter }) => {
    if (submitter?.getAttribute("name") === "then") lookElsewhere();
  });
  tellWriting(meeting, shown);
}

const you = () => Number(document.body.dataset.user);

const placeOf = (meeting: string, client: number | null) => `/crm/meetings/${meeting}${client ? `?client=${client}` : ""}`;

/** Does `work` a little later, once for all that asks for it until then. */
function soon(work: () => void): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(work, TOGETHER);
  };
}

/** Shows who is there, who presents, and who writes on the client of this page. */
function show(bar: HTMLElement, state: State, shown: number | null): void {
  const face = (person: Person) => {
    const item = document.createElement("li");
    item.title = person.id === state.presenter ? `${person.name} presents` : person.name;
    item.toggleAttribute("data-presents", person.id === state.presenter);
    item.innerHTML = person.face;
    const name = Object.assign(document.createElement("span"), { className: "rt-visually-hidden", textContent: item.title });
    item.append(name);
    return item;
  };
  bar.querySelector("[data-present]")?.replaceChildren(...state.people.map(face));
  const button = bar.querySelector("button[data-presenting]");
  const client = bar.querySelector<HTMLInputElement>("input[name=client_id]");
  const isPresenter = state.presenter === you();
  if (button) button.textContent = isPresenter ? "Stop presenting" : "Start presenting";
  if (client) client.disabled = isPresenter;
  const way = bar.querySelector<HTMLElement>("[data-come-back]");
  if (way && isPresenter) way.hidden = true;
  const here = state.writing.filter(({ id, client }) => client === shown && id !== you());
  const names = here.map(({ id }) => nameOf(state, id)).filter(Boolean);
  const writers = document.querySelector("[data-writers]");
  const words = names.length ? `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} writing here` : "";
  if (writers && writers.textContent !== words) writers.textContent = words;
}

const nameOf = (state: State, id: number) => state.people.find((person) => person.id === id)?.name ?? "";

/** Tells the others that whoever presents has gone on. */
function present(meeting: string, state: State, shown: number | null): void {
  if (shown && state.client !== shown) void post(`/crm/meetings/${meeting}/presenting`, shown);
}

async function post(address: string, client: number): Promise<void> {
  const body = new URLSearchParams({ client_id: String(client) });
  // Where it leads is where one is.
  await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => null);
}

/** Goes where the presenter is, unless one looks elsewhere or has words under the hand; the way there stands in the bar. */
function followPresenter(bar: HTMLElement, state: State, shown: number | null, place: string, isApart: boolean): void {
  const way = bar.querySelector<HTMLAnchorElement>("a[data-come-back]");
  const name = state.presenter === null ? "" : nameOf(state, state.presenter);
  const isElsewhere = Boolean(name && state.client && state.client !== shown);
  const hasDraft = Boolean(document.querySelector("#entry [data-draft-state]")?.textContent?.trim());
  const isBusy = hasChanges() || hasDraft || isTypedIn(document.body);
  if (isElsewhere && !isApart && !isBusy) return location.assign(place);
  if (!way) return;
  way.hidden = !isElsewhere;
  way.href = place;
  way.textContent = isElsewhere ? `${name} is at ${clientName(state.client)}` : "";
}

/** The name of a client on the agenda. */
function clientName(client: number | null): string {
  const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-live=agenda] a")];
  const link = links.find(({ href }) => new URL(href).searchParams.get("client") === String(client));
  return link?.querySelector(".rt-point-name")?.textContent?.trim() ?? "another client";
}

function deedOf({ kind, client, name }: Change, shown: number | null): string {
  const deed = `${name ?? "Someone"} ${DEEDS[kind] ?? "changed something"}`;
  return client && client !== shown ? `${deed} on ${clientName(client)}` : deed;
}

let noted = 0;

/** Says what happened for a while, or as long as the page is open. */
function note(bar: HTMLElement, words: string, stays = false): void {
  const place = bar.querySelector("[data-together-note]");
  if (!place) return;
  clearTimeout(noted);
  place.textContent = words;
  if (!stays) noted = window.setTimeout(() => (place.textContent = ""), NOTED);
}

/** Brings the parts of the page up to date that show what is on record; one in which someone types waits. */
async function refreshed(bar: HTMLElement, place: string): Promise<void> {
  const page = await fetch(place).then(readPage, () => null);
  if (!page || !isWork(page)) return;
  const parts = [...document.querySelectorAll<HTMLElement>("[data-live]")];
  const freshOf = (part: HTMLElement) => page.querySelector<HTMLElement>(`[data-live="${part.dataset.live}"]`);
  if (parts.length && !parts.some(freshOf)) return note(bar, "The meeting has changed. Open the page again to see it.", true);
  for (const part of parts) {
    const fresh = freshOf(part);
    if (!fresh || fresh.innerHTML === part.innerHTML) continue;
    if (isInUse(part)) {
      waitFor(part, () => void refreshed(bar, place));
      continue;
    }
    const held = part.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
    const { scrollTop } = part;
    part.replaceWith(fresh);
    fresh.scrollTop = scrollTop;
    if (held) fresh.querySelector<HTMLElement>(`a[href="${CSS.escape(held)}"]`)?.focus({ preventScroll: true });
    tellOfChange(fresh);
  }
}

const waiting = new WeakSet<HTMLElement>();

/** Does `work` once nobody types in a part any more, however often that is asked for. */
function waitFor(part: HTMLElement, work: () => void): void {
  if (waiting.has(part)) return;
  waiting.add(part);
  const go = () => {
    waiting.delete(part);
    work();
  };
  part.addEventListener("focusout", go, { once: true });
}

type Input = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Whether someone types in a part of the page, or has. */
function isInUse(part: HTMLElement): boolean {
  return isTypedIn(part) || Boolean(document.activeElement?.matches("input, textarea, select") && part.contains(document.activeElement));
}

/** Whether a part of the page holds what someone typed, ticked or is about to choose. */
function isTypedIn(part: HTMLElement): boolean {
  const isOther = (field: Input) => {
    if (field instanceof HTMLSelectElement) {
      return field.selectedIndex !== Math.max(0, [...field.options].findIndex(({ defaultSelected }) => defaultSelected));
    }
    if (field instanceof HTMLInputElement && field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    return field.type !== "hidden" && field.value !== field.defaultValue;
  };
  return (
    [...part.querySelectorAll<Input>("input, textarea, select")].some(isOther) ||
    part.querySelector("details.rt-menu[open] form, .rt-pick-list") !== null
  );
}

/** Tells the others that one writes the entry of the client that is shown. */
function tellWriting(meeting: string, shown: number | null): void {
  let told = 0;
  document.addEventListener("input", ({ target, timeStamp }) => {
    if (!shown || !(target instanceof Element) || !target.closest("#entry") || (told && timeStamp - told < WRITES)) return;
    told = timeStamp;
    void post(`/crm/meetings/${meeting}/writing`, shown);
  });
}
