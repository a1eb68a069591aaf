/** Styles of the page at `/`, in addition to the shared style sheet. */
export const homeStylesheet = `
.shell.alone.wide { max-width: 1080px; }
.switches { columns: 15rem; column-gap: 16px; }
.switches li { break-inside: avoid; padding-bottom: 4px; }
.switches label { min-height: 32px; }
.switches input { width: 24px; height: 24px; flex: none; }
code { font-size: 0.875rem; }
td { white-space: nowrap; }
td.url { white-space: normal; overflow-wrap: anywhere; min-width: 14rem; }
.columns { align-items: start; }
@media (min-width: 900px) { .columns { grid-template-columns: 1fr 2fr; } }
summary { cursor: pointer; overflow-wrap: anywhere; }
.calls > li { display: block; padding: 8px 0; }
.names { overflow-wrap: anywhere; margin: 8px 0 0; }
td div + div { margin-top: 6px; }
`;
