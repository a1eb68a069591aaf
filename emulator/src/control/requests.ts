import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RequestRecorder } from '../recorder/index.js';

const requestFilter = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
});

/** Registers `/_emulator/requests`: the recorded requests. */
export function registerRequestControls(app: FastifyInstance, recorder: RequestRecorder): void {
  app.get('/requests', ({ query }) => {
    const { method, path } = requestFilter.parse(query);
    return recorder
      .list()
      .filter((request) => method === undefined || request.method === method.toUpperCase())
      .filter((request) => path === undefined || request.url.startsWith(path));
  });
  app.delete('/requests', (_request, reply) => {
    recorder.clear();
    return reply.code(204).send();
  });
}
