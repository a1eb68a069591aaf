import type { VNode } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';

/** Renders a page to HTML. Preact escapes text and attributes. */
export const renderPage = (page: VNode): string => `<!doctype html>${renderToStaticMarkup(page)}`;
