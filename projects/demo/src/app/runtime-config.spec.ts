import { readRuntimeConfig, writeRuntimeConfig, type RuntimeConfig } from './runtime-config';

describe('The run-time configuration', () => {
  const config: RuntimeConfig = {
    site: '</script><script>alert(1)</script>',
    chargebeeUrl: 'http://localhost:4010',
    graphqlUrl: 'http://localhost:4000/graphql',
    merchantUrl: 'http://localhost:4020/graphql',
  };
  const pageWith = (head: string) =>
    new DOMParser().parseFromString(`<head>${head}</head>`, 'text/html');

  it('is read unchanged, even if a value contains the end tag of its element', () => {
    const page = pageWith('<script type="application/json" id="runtime-config"></script>');
    writeRuntimeConfig(page, config);
    const sent = new DOMParser().parseFromString(page.documentElement.outerHTML, 'text/html');
    expect(readRuntimeConfig(sent)).toEqual(config);
    expect(sent.querySelectorAll('script').length).toBe(1);
  });

  it('is reported as missing by an error that says what to do', () => {
    expect(() => readRuntimeConfig(pageWith(''))).toThrowError(/the demo's own server/);
  });
});
