// The program under test, as a process: its commands, and a server on a free port. Knows nothing of browsers.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const program =
  process.env.ROUNDTABLE_PROGRAM ?? path.resolve(import.meta.dirname, '../../target/debug/roundtable');

const secondsToStart = 20;
const secondsToStop = 5;

/** Runs one command of `roundtable` to its end; throws with what it printed when it fails. */
export async function run(args: string[], input = ''): Promise<string> {
  const child = spawn(program, args, { env: environment(), stdio: 'pipe' });
  let printed = '';
  child.stdout.on('data', (part) => (printed += part));
  child.stderr.on('data', (part) => (printed += part));
  // A program that ends without reading its input is judged by its exit code.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`roundtable ${args.join(' ')} ended with ${code}:\n${printed}`);
  return printed;
}

/** A running `roundtable serve`; `kill` ends it as a power cut would. */
export type Server = { address: string; stop: () => Promise<void>; kill: () => Promise<void> };

/** Serves `database` on a free port, with its log in `log`; comes back when the server says that it listens. */
export async function serve(database: string, log: string, listen = '127.0.0.1:0', flags: string[] = []): Promise<Server> {
  const logFile = openSync(log, 'w');
  const args = ['serve', '--database', database, '--listen', listen, '--time-zone', 'UTC', ...flags];
  const child = spawn(program, args, { env: environment(), stdio: ['ignore', 'pipe', logFile] });
  closeSync(logFile);
  const stop = () => end(child);
  try {
    return { address: await announcedAddress(child), stop, kill: () => end(child, 'SIGKILL') };
  } catch (cause) {
    await stop();
    throw new Error(`roundtable serve: ${(cause as Error).message}\n${readFileSync(log, 'utf8')}`);
  }
}

function announcedAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('did not listen in time')), secondsToStart * 1000);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    // Read to the end even after the address: a full pipe would stop the server.
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const address = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
      if (!address) return;
      clearTimeout(late);
      resolve(address);
    });
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), secondsToStop * 1000);
  await ended;
  clearTimeout(late);
}

/** Ours, without the settings of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('ROUNDTABLE_')));
}
