import type { ComponentChildren } from 'preact';
import type { PageData } from './page-data.js';

interface DocumentProps {
  title: string;
  page: PageData;
  children: ComponentChildren;
}

/** The HTML document of every page, with a banner that says that this is an emulator. Its text is in English in every locale. */
export function Document({ title, page, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} – Chargebee emulator`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/portal/v2/portal.css" />
        <script src="/portal/v2/portal.js" defer />
      </head>
      <body class={page.framed ? 'framed' : undefined} data-page={JSON.stringify(page)}>
        {children}
        <footer class="banner">Chargebee emulator: test data only. This is not Chargebee.</footer>
      </body>
    </html>
  );
}
