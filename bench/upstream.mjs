// Replaces Chargebee in the throughput benchmark. It responds immediately, so that the benchmark measures only the servers
// that call it.
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text) => (body += text));
  request.on('end', () => {
    const now = Math.floor(Date.now() / 1000);
    const answer = {
      portal_session: {
        id: 'portal_bench',
        token: 'bench',
        access_url: 'http://127.0.0.1/portal/access/bench',
        status: 'created',
        created_at: now,
        expires_at: now + 3600,
        object: 'portal_session',
        customer_id: new URLSearchParams(body).get('customer[id]'),
      },
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
