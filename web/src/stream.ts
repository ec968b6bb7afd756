/** The stream of a meeting: one a browser, shared by its tabs where that can be. */

/** What a stream tells: who is there, a change, that some were missed, that it is over. */
export type Told = { event: "state" | "change" | "reload" | "end"; data: string };

const EVENTS: Told["event"][] = ["state", "change", "reload", "end"];

/** How long until a stream is asked for again that was refused. */
const AGAIN = 3000;

/** Has `told` hear what happens in a meeting, through the worker at that address, or else by itself. */
export function listen(meeting: string, worker: string, told: (told: Told) => void): void {
  if (!("SharedWorker" in window) || !worker) return void follow(meeting, told);
  const { port } = new SharedWorker(worker, { name: "meetings" });
  port.addEventListener("message", ({ data }) => told(data as Told));
  port.start();
  port.postMessage(meeting);
  addEventListener("pagehide", () => port.postMessage(null));
  addEventListener("pageshow", ({ persisted }) => persisted && port.postMessage(meeting));
}

/** Follows a meeting until it is told to end, or is no longer to be followed; gives back what ends it. */
export function follow(meeting: string, told: (told: Told) => void): () => void {
  const address = `/crm/events?meeting=${encodeURIComponent(meeting)}`;
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };
  const open = () => {
    source = new EventSource(address);
    for (const event of EVENTS) {
      source.addEventListener(event, ({ data }: MessageEvent<string>) => {
        if (event === "end") end();
        told({ event, data });
      });
    }
    // A lost connection opens again by itself; a refusal does not, nor does it say why.
    source.addEventListener("error", () => {
      if (source?.readyState === EventSource.CLOSED) void findOut();
    });
  };
  const findOut = async () => {
    end();
    const stop = new AbortController();
    const status = await fetch(address, { signal: stop.signal }).then(({ status }) => status, () => 0);
    stop.abort();
    if ([401, 403, 404].includes(status)) return told({ event: "end", data: "{}" });
    timer = setTimeout(() => {
      open();
      told({ event: "reload", data: "null" });
    }, AGAIN);
  };
  open();
  return end;
}
