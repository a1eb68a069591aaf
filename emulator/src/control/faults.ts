import type { FastifyInstance } from 'fastify';
import type { FaultList } from '../faults/fault-list.js';
import { faultSchema } from '../faults/fault.js';

/** Registers `/_emulator/faults`: the injected faults. */
export function registerFaultControls(app: FastifyInstance, faults: FaultList): void {
  app.get('/faults', () => faults.list());
  app.post('/faults', ({ body }, reply) =>
    reply.code(201).send(faults.add(faultSchema.parse(body))),
  );
  app.delete('/faults', (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.delete<{ Params: { id: string } }>('/faults/:id', ({ params }, reply) =>
    reply.code(faults.remove(params.id) ? 204 : 404).send(),
  );
}
