// Links from a page to files of the repository that are not pages, such as `../deploy/compose.yml`.
import { dirname, join, relative } from 'node:path/posix';

/** The address of the repository; undefined in a build that does not run in its CI. */
const repository = process.env.GITHUB_REPOSITORY
  ? `${process.env.GITHUB_SERVER_URL ?? 'https://github.com'}/${process.env.GITHUB_REPOSITORY}`
  : undefined;

/**
 * Leads links to files outside `docs` to the repository. Where its address is not known they become plain text.
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function repositoryLinks(md) {
  md.core.ruler.push('repository-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const [index, token] of (children ?? []).entries()) {
        if (token.type !== 'link_open') continue;
        const path = pathInRepository(token.attrGet('href') ?? '', env.relativePath ?? '');
        if (path === undefined) continue;
        if (repository) token.attrSet('href', `${repository}/blob/HEAD/${path}`);
        else unlink(children, index);
      }
    }
  });
}

/** The path below the root of the repository that a link leads to; undefined for links within the site and elsewhere. */
function pathInRepository(href, page) {
  if (/^([a-z]+:|#|\/)/i.test(href)) return undefined;
  const path = join('docs', dirname(page), href);
  return relative('docs', path).startsWith('..') ? path : undefined;
}

function unlink(children, index) {
  const close = children.findIndex(({ type }, i) => i > index && type === 'link_close');
  for (const token of [children[index], children[close]]) token.tag = 'span';
  children[index].attrs = [['title', 'in the repository']];
}
