/**
 * Puts each table into a box that scrolls sideways on narrow screens, and that the keyboard can scroll.
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function scrollingTables(md) {
  md.renderer.rules.table_open = () =>
    '<div class="table-scroll" role="group" aria-label="Table" tabindex="0"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
}

/**
 * Shows `{{ … }}` within inline code as it stands, instead of as an expression of Vue's.
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function literalInlineCode(md) {
  md.renderer.rules.code_inline = (tokens, index) =>
    `<code v-pre>${md.utils.escapeHtml(tokens[index].content)}</code>`;
}

/**
 * Makes an empty header of a table a plain cell: screen readers announce headers.
 * @param {import('vitepress').MarkdownRenderer} md
 */
export function plainEmptyHeaders(md) {
  md.core.ruler.push('plain-empty-headers', ({ tokens }) => {
    for (const [index, token] of tokens.entries()) {
      if (token.type !== 'th_open' || tokens[index + 1].content !== '') continue;
      for (const cell of [token, tokens[index + 2]]) cell.tag = 'td';
    }
  });
}
