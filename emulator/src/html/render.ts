import type { VNode } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';

/** A whole page's HTML. Text and attributes are escaped by the renderer. */
export const renderPage = (page: VNode): string => `<!doctype html>${renderToStaticMarkup(page)}`;
