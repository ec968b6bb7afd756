/** The one stream of this browser for each meeting that its tabs show. */
import { follow, type Told } from "./stream";

type Followed = { ports: Set<MessagePort>; state: Told | null; end: () => void };

/** How long a stream goes on that no tab shows: from one client of a meeting to the next it does not end. */
const STAYS = 3000;

const meetings = new Map<string, Followed>();

addEventListener("connect", (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  let shown: string | null = null;
  port.addEventListener("message", ({ data }: MessageEvent<string | null>) => {
    if (shown !== null) leave(shown, port);
    shown = data;
    if (shown !== null) join(shown, port);
  });
  port.start();
});

function join(meeting: string, port: MessagePort): void {
  const known = meetings.get(meeting);
  if (known) {
    known.ports.add(port);
    if (known.state) port.postMessage(known.state);
    return;
  }
  const followed: Followed = { ports: new Set([port]), state: null, end: () => {} };
  meetings.set(meeting, followed);
  followed.end = follow(meeting, (told) => {
    if (told.event === "state") followed.state = told;
    if (told.event === "end") meetings.delete(meeting);
    for (const one of followed.ports) one.postMessage(told);
  });
}

function leave(meeting: string, port: MessagePort): void {
  const followed = meetings.get(meeting);
  followed?.ports.delete(port);
  setTimeout(() => {
    if (!followed || followed.ports.size || meetings.get(meeting) !== followed) return;
    followed.end();
    meetings.delete(meeting);
  }, STAYS);
}
