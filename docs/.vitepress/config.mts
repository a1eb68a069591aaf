import { defineConfig } from 'vitepress';
import { repositoryLinks } from './repository-links.mjs';
import { writeMarkdownForAgents } from './markdown-for-agents.mjs';
import { literalInlineCode, plainEmptyHeaders, scrollingTables } from './markdown-rules.mjs';

const TITLE = 'Chargebee portal for Angular';
const DESCRIPTION =
  "Open Chargebee's self-serve portal from an Angular app, for exactly the signed-in user. A library, a GraphQL server, and a local Chargebee to test against.";

export default defineConfig({
  title: TITLE,
  titleTemplate: ':title · Chargebee portal for Angular',
  description: DESCRIPTION,
  lang: 'en',
  // A project's site on GitHub Pages is below a path.
  base: process.env.DOCS_BASE ?? '/',
  outDir: '../dist/docs',
  cacheDir: '../.angular/vitepress',
  metaChunk: true,
  // What runs on the reader's own machine.
  ignoreDeadLinks: [/^http:\/\/localhost/],
  head: [
    ['meta', { name: 'theme-color', content: '#5b3df5' }],
    [
      'link',
      { rel: 'icon', type: 'image/svg+xml', href: `${process.env.DOCS_BASE ?? '/'}logo.svg` },
    ],
  ],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-default' },
    config(md) {
      literalInlineCode(md);
      plainEmptyHeaders(md);
      scrollingTables(md);
      repositoryLinks(md);
    },
  },
  vite: {
    build: { chunkSizeWarningLimit: 4000 },
  },
  buildEnd: writeMarkdownForAgents,
  themeConfig: {
    logo: '/logo.svg',
    siteTitle: 'Chargebee portal',
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // The browser gets the source of these functions, so they can use nothing from outside.
            // Guides answer more questions than the references, which have more pages.
            boostDocument: (id: string) =>
              /\/(reference|changelog|decisions|architecture|emulator\/(support|chargebee-js))/.test(
                id,
              )
                ? 0.4
                : 1,
            // In short words, one letter makes another word: SSR is not SSO.
            fuzzy: (term: string) => (term.length > 5 ? 0.2 : false),
          },
        },
      },
    },
    notFound: {
      quote: 'There is no page at this address. It may have moved: search for it.',
      linkText: 'Go to the first page',
      linkLabel: 'Go to the first page',
    },
    outline: { level: [2, 3] },
    externalLinkIcon: true,
    docFooter: { prev: 'Previous', next: 'Next' },
    nav: [
      { text: 'Start', link: '/start' },
      { text: 'Library', link: '/library/', activeMatch: '^/library/' },
      { text: 'Server', link: '/server/', activeMatch: '^/server/' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: 'Reference', link: '/reference/', activeMatch: '^/reference/' },
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          { text: 'Your app in five minutes', link: '/start' },
          { text: 'Your Chargebee site', link: '/chargebee-site' },
          { text: 'Your identity provider', link: '/identity-providers' },
          { text: 'Why not just the SDK?', link: '/why' },
          { text: 'Migrate from a script tag', link: '/migrating' },
        ],
      },
      {
        text: 'The library',
        items: [
          { text: 'Set up', link: '/library/' },
          { text: 'Buttons', link: '/library/buttons' },
          { text: 'Open from code, sign out', link: '/library/service' },
          { text: 'Show errors', link: '/library/errors' },
          { text: 'React to changes', link: '/library/changes' },
          { text: 'Browsers, phones and tabs', link: '/library/browsers' },
          { text: 'CSP and server rendering', link: '/library/csp' },
          { text: 'ng add', link: '/library/ng-add' },
        ],
      },
      {
        text: 'The server',
        items: [
          { text: 'Run', link: '/server/' },
          { text: 'Configure', link: '/server/configuration' },
          { text: 'Embed', link: '/server/embedding' },
          { text: 'Operate', link: '/server/operations' },
          { text: 'Scale', link: '/server/scaling' },
        ],
      },
      {
        text: 'Test',
        items: [
          { text: 'Testing your app', link: '/testing' },
          { text: 'The emulator', link: '/emulator/' },
          { text: 'Its chargebee.js and portal', link: '/emulator/chargebee-js' },
          { text: 'What it supports', link: '/emulator/support' },
        ],
      },
      {
        text: 'Good to know',
        items: [
          { text: 'Troubleshooting', link: '/troubleshooting' },
          { text: 'Security', link: '/security' },
          { text: 'Other clients', link: '/clients' },
          { text: 'Architecture and terms', link: '/architecture' },
          { text: 'Decisions', link: '/decisions/' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'API', link: '/reference/' },
          { text: 'GraphQL schema', link: '/reference/schema' },
          { text: 'Changelog', link: '/changelog' },
        ],
      },
    ],
    footer: {
      message: 'MIT licensed. Not made by Chargebee.',
    },
  },
});
