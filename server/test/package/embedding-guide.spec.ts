import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compile, folderWithPackage, snippetsOf } from '../support/built-package.js';
import { Chargebee } from '../support/chargebee.js';
import { CREATE } from '../support/portal.js';
import { Program } from '../support/program.js';

describe('docs/server/embedding.md', () => {
  let chargebee: Chargebee;
  let folder: string;
  let snippets: Map<string, string>;

  beforeAll(async () => {
    chargebee = await Chargebee.start();
    chargebee.customers.add('juniper-bakery');
    [folder, snippets] = await Promise.all([
      folderWithPackage(),
      snippetsOf('server/embedding.md'),
    ]);
    for (const [name, code] of snippets) await writeFile(join(folder, name), code);
    await compile(folder, [...snippets.keys()]);
    // Runs the compiler twice, which takes long on a busy machine.
  }, 300_000);

  afterAll(async () => {
    await chargebee.stop();
    await rm(folder, { recursive: true });
  });

  const start = async (snippet: string) => {
    const program = new Program({ ...chargebee.env, HOST: '127.0.0.1', PORT: '0' }, [
      join(folder, snippet),
    ]);
    const [, url = ''] = await program.prints(/Listening at (http\S+?)\/?\n/);
    return { program, url };
  };
  const ask = async (url: string, query: string, cookie?: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(cookie !== undefined && { cookie }) },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: await response.text() };
  };

  it('contains six files', () => {
    expect([...snippets.keys()]).toEqual([
      'app.ts',
      'express.ts',
      'route.ts',
      'server.ts',
      'portal.ts',
      'nest-subgraph.ts',
    ]);
  });

  it('mounts the server in Express', async () => {
    const { program, url } = await start('express.js');
    const made = await ask(`${url}/billing/graphql`, CREATE, 'cookie-of-juniper');
    expect(made.body).toContain('"customerId":"juniper-bakery"');
    expect((await ask(`${url}/billing/graphql`, CREATE)).status).toBe(401);
    program.signal('SIGTERM');
    await program.exit;
  });

  it('mounts the server as a route handler of Fetch API requests', async () => {
    const caller = `
      import { POST } from './route.js';
      const headers = { cookie: 'cookie-of-juniper', 'content-type': 'application/json' };
      const url = 'https://app.example.com/api/billing/portal-session';
      const answer = await POST(new Request(url, { method: 'POST', headers }));
      console.log(await answer.text());
      process.exit();`;
    await writeFile(join(folder, 'caller.js'), caller);
    const program = new Program({ ...chargebee.env }, [join(folder, 'caller.js')]);
    await program.prints(/"customer_id":"juniper-bakery"/);
    expect((await program.exit).code).toBe(0);
  });

  it('needs no variables when a route handler is only imported, as in a build', async () => {
    const program = new Program({}, [join(folder, 'route.js')]);
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.stdout + program.stderr).toBe('');
  });

  it('mounts the portal in a host app’s own Apollo Server', async () => {
    const { program, url } = await start('portal.js');
    const cookie = 'cookie-of-juniper';
    const made = await ask(url, CREATE, cookie);
    expect(made.body).toContain('"customerId":"juniper-bakery"');
    expect(made.status).toBe(200);
    expect(chargebee.calls.at(-1)?.headers['chargebee-request-origin-ip']).toBeTruthy();

    expect((await ask(url, '{ hello }')).body).toContain('"hello":"Hello"');
    const stranger = await ask(url, CREATE);
    expect(stranger.status).toBe(401);
    expect(stranger.body).toContain('UNAUTHENTICATED');
    const twice = 'mutation { a: createPortalSession { id } b: createPortalSession { id } }';
    expect((await ask(url, twice, cookie)).body).toContain('At most one field');
    const batch = 'mutation { createPortalSession(input: { customerId: "acme" }) { id } }';
    expect((await ask(url, batch, cookie)).body).toContain('FORBIDDEN');
    program.signal('SIGTERM');
    await program.exit;
  });

  it('runs the server with a host app’s own authentication', async () => {
    const { program, url } = await start('server.js');
    const made = await ask(`${url}/portal-session`, CREATE, 'cookie-of-juniper');
    expect(made.status).toBe(400);
    const session = await fetch(`${url}/portal-session`, {
      method: 'POST',
      headers: { cookie: 'cookie-of-juniper', 'content-type': 'application/json' },
    });
    expect(await session.json()).toEqual(
      jasmine.objectContaining({ customer_id: 'juniper-bakery' }),
    );
    expect((await ask(`${url}/graphql`, CREATE)).status).toBe(401);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
  });
});
