/** Where records shall stand, and which of them are connected, each by its place among the points. */
export type Point = [number, number];

export interface Crowd {
  points: Point[];
  lines: Point[];
  /** The room that each name takes. */
  widths: number[];
  /** Whether they stand only where they began. */
  isFirst: boolean;
}

/** Asks the worker at an address where the records shall stand: it takes up to seconds, in which the page goes on. */
export function arrangeApart(address: string, crowd: Crowd): Promise<Point[]> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(address);
    worker.onmessage = ({ data }: MessageEvent<Point[]>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = reject;
    worker.postMessage(crowd);
  });
}
