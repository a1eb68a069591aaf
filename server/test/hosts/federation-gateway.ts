import { composeServices } from '@apollo/composition';
import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { parse } from 'graphql';
import { createYoga } from 'graphql-yoga';

/** Creates a gateway for the subgraph at a URL and another one. It forwards the caller's cookie. */
export async function createGateway(url: string) {
  const { supergraphSdl, errors } = composeServices([
    { name: 'host', typeDefs: parse(await sdlOf(url)), url },
    { name: 'other', typeDefs: parse('type Query { other: String }'), url: 'http://127.0.0.1:1' },
  ]);
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    httpExecutorOpts: {
      headers: (request) => {
        const context = request?.context as { request: Request } | undefined;
        return { cookie: context?.request.headers.get('cookie') ?? '' };
      },
    },
  });
  return createYoga({ schema, logging: false, maskedErrors: false });
}

/** Fetches the SDL of a subgraph, as a router does. */
async function sdlOf(url: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = (await response.json()) as { data: { _service: { sdl: string } } };
  return data._service.sdl;
}
