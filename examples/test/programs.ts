import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../scripts/lib/ports.mjs';
import { root } from '../../scripts/lib/programs.mjs';

/** The port in the commands of the READMEs. */
const README_PORT = '4301';
const READY_WITHIN_MS = 60_000;

/** An example that is a server, in any language. */
export interface Example {
  /** The folder in `examples`. */
  folder: string;
  /** The command in its README, which runs at the root of the repository. */
  command: string;
  /** The programs it requires. The values are shell commands that fail if the program is missing. */
  needs: Record<string, string>;
}

/** The output of the C# compiler in the README's command. */
const README_EXE = '/tmp/portal-session.exe';

export const examples: Example[] = [
  {
    folder: 'curl',
    command: `socat TCP-LISTEN:${README_PORT},bind=127.0.0.1,reuseaddr,fork,max-children=16 EXEC:examples/curl/portal-session.sh`,
    needs: { socat: 'command -v socat', curl: 'command -v curl', bash: 'command -v bash' },
  },
  {
    folder: 'dotnet',
    command: `mcs -r:System.Net.Http -out:${README_EXE} examples/dotnet/Program.cs && mono ${README_EXE}`,
    needs: { Mono: 'command -v mono', 'Mono’s C# compiler': 'command -v mcs' },
  },
  {
    folder: 'go',
    command: 'go run examples/go/main.go',
    needs: { Go: 'command -v go' },
  },
  {
    folder: 'java',
    command: 'java examples/java/PortalSession.java',
    needs: { 'a JDK': 'command -v javac' },
  },
  { folder: 'node', command: 'node examples/node/server.mjs', needs: {} },
  {
    folder: 'php',
    command: `PHP_CLI_SERVER_WORKERS=8 php -S 127.0.0.1:${README_PORT} examples/php/index.php`,
    needs: {
      PHP: 'command -v php',
      'PHP’s curl extension': `php -r 'exit(extension_loaded("curl") ? 0 : 1);'`,
    },
  },
  {
    folder: 'python',
    command: 'python3 examples/python/portal_session.py',
    needs: { Python: 'command -v python3' },
  },
  {
    folder: 'ruby',
    command: `puma --bind tcp://127.0.0.1:${README_PORT} examples/ruby/config.ru`,
    needs: { Ruby: 'command -v ruby', Puma: 'command -v puma' },
  },
];

/** Whether a command is on the PATH. */
export const isInstalled = (command: string): boolean => succeeds(`command -v ${command}`);

function succeeds(check: string): boolean {
  return spawnSync('sh', ['-c', check], { stdio: 'ignore' }).status === 0;
}

/** Returns the required programs that are missing on this machine. */
export function missingFor({ needs }: Example): string[] {
  return Object.entries(needs)
    .filter(([, check]) => !succeeds(check))
    .map(([name]) => name);
}

/** A running example. It has its own process group, because its command may start several processes. */
export class RunningExample {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #folder: string;
  #output = '';

  private constructor(child: ChildProcess, port: number, folder: string) {
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.#folder = folder;
    this.url = `http://127.0.0.1:${port}`;
    // Also when the test run is interrupted.
    process.once('exit', () => this.#kill());
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => (this.#output += text.toString()));
    }
  }

  /** Runs the README's command with a free port. */
  static async start({ command }: Example, portalServerUrl: string): Promise<RunningExample> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'example-'));
    const here = command
      .replaceAll(README_PORT, String(port))
      .replaceAll(README_EXE, join(folder, 'program.exe'));
    const child = spawn('sh', ['-c', here], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PORT: String(port),
        PORTAL_SERVER_URL: portalServerUrl,
        // No downloads.
        GOPROXY: 'off',
        GOFLAGS: '',
      },
    });
    const example = new RunningExample(child, port, folder);
    await example.#ready(port);
    return example;
  }

  /** The output so far. */
  get output(): string {
    return this.#output;
  }

  /** The command lines of its processes, which all users of a machine can see. */
  get commandLines(): string {
    const { stdout } = spawnSync('ps', ['-eo', 'pgid=,args=', '-ww'], { encoding: 'utf8' });
    return stdout
      .split('\n')
      .filter((line) => Number.parseInt(line) === this.#child.pid)
      .join('\n');
  }

  async stop(): Promise<void> {
    if (this.#kill()) await this.#exited;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Kills the process group. Returns false if it has already exited. */
  #kill(): boolean {
    try {
      return process.kill(-(this.#child.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      return false;
    }
  }

  async #ready(port: number): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (Date.now() < until && this.#child.exitCode === null) {
      if (await accepts(port)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error(`It does not listen.\n${this.#output}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
