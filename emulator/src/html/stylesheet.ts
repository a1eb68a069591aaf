/** The shared style sheet of all pages of the emulator. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --page: #f4f6fa; --surface: #fff; --raised: #f8f9fc; --line: #dde2ec; --text: #1a2233; --muted: #566178;
  --accent: #2a5bd7; --accent-strong: #1f48b0; --on-accent: #fff; --accent-soft: #e8eefc;
  --good: #17683f; --good-soft: #e1f4e9; --warn: #7c4a03; --warn-soft: #fdf0d8; --bad: #a8261d; --bad-soft: #fde8e6;
  --banner: #33291a; --on-banner: #ffe2ac;
  --radius: 14px; --shadow: 0 1px 2px rgb(20 30 60 / 6%), 0 6px 20px rgb(20 30 60 / 5%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10141d; --surface: #181e2a; --raised: #1e2533; --line: #303a4c; --text: #e9edf5; --muted: #a5b0c4;
    --accent: #8fb1ff; --accent-strong: #b0c8ff; --on-accent: #0f1a33; --accent-soft: #222e49;
    --good: #7fdcaa; --good-soft: #17352a; --warn: #f5c878; --warn-soft: #3a2d14; --bad: #ff9d95; --bad-soft: #43201e;
    --banner: #33291a; --on-banner: #ffe2ac; --shadow: none;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; background: var(--page); color: var(--text); }
body { margin: 0; min-height: 100dvh; display: flex; flex-direction: column; }
h1, h2, h3, p, dl, dd, ul, figure { margin: 0; }
h1, h2, h3, p, dd, li, label { overflow-wrap: anywhere; }
h1 { font-size: 1.55rem; line-height: 1.25; letter-spacing: -0.015em; }
h2 { font-size: 1.1rem; line-height: 1.35; }
h3 { font-size: 1rem; }
ul { padding: 0; list-style: none; }
a { color: var(--accent); text-underline-offset: 3px; }
a:hover { color: var(--accent-strong); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
.muted { color: var(--muted); }
.small { font-size: 0.875rem; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 8px; top: -60px; z-index: 2; padding: 8px 14px; border-radius: 8px; background: var(--surface); }
.skip:focus { top: 8px; }

.banner { position: sticky; bottom: 0; padding: 5px 16px; background: var(--banner); color: var(--on-banner); font-size: 0.8125rem; text-align: center; }
.masthead { background: var(--surface); border-bottom: 1px solid var(--line); }
.masthead > div { max-width: 1080px; margin: 0 auto; padding: 14px 24px; display: flex; align-items: center; gap: 12px; flex-wrap: wrap; }
.framed .masthead > div { padding-right: 64px; }
.brand { display: flex; align-items: center; gap: 10px; font-weight: 650; color: var(--text); text-decoration: none; }
.brand span:first-child { display: grid; place-items: center; width: 30px; height: 30px; border-radius: 9px; background: var(--accent); color: var(--on-accent); font-weight: 700; }
.who { margin-left: auto; display: flex; align-items: center; gap: 14px; }
.who strong { font-weight: 600; overflow-wrap: anywhere; }
.shell { flex: 1; width: 100%; max-width: 1080px; margin: 0 auto; padding: 28px 24px 48px; display: grid; grid-template-columns: 210px minmax(0, 1fr); gap: 36px; align-items: start; align-content: start; }
.shell.alone { display: block; max-width: 680px; }
.framed .shell.alone { padding-top: 13px; }
.nav ul { display: grid; gap: 3px; position: sticky; top: 20px; }
.nav a { display: block; padding: 9px 14px; border-radius: 10px; color: var(--text); text-decoration: none; font-weight: 500; }
.nav a:hover { background: var(--raised); }
.nav a[aria-current] { background: var(--accent-soft); color: var(--accent-strong); font-weight: 600; }
main { display: grid; gap: 20px; min-width: 0; }
main:focus { outline: none; }
.title { display: flex; justify-content: space-between; align-items: center; gap: 12px 20px; flex-wrap: wrap; }
.title.framed-alone { padding-right: 44px; }
.back { display: inline-block; font-size: 0.9rem; margin-bottom: 4px; }

.card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); box-shadow: var(--shadow); padding: 22px 24px; display: grid; gap: 16px; min-width: 0; }
.card > header { display: flex; justify-content: space-between; align-items: start; gap: 8px 16px; flex-wrap: wrap; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(260px, 1fr)); gap: 20px; }
.price { font-size: 1.5rem; font-weight: 650; letter-spacing: -0.02em; }
.price small { font-size: 0.9rem; font-weight: 400; color: var(--muted); letter-spacing: 0; }
.facts { display: grid; grid-template-columns: minmax(120px, 34%) 1fr; gap: 9px 16px; }
.facts dt { color: var(--muted); }
.actions { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
.actions form { display: contents; }
.grow { flex: 1 1 auto; }
.rows > li { display: flex; align-items: center; gap: 10px 16px; padding: 14px 0; border-top: 1px solid var(--line); flex-wrap: wrap; }
.rows > li:first-child { border-top: 0; padding-top: 0; }
.rows > li:last-child { padding-bottom: 0; }
.rows .grow { flex: 1 1 200px; min-width: 0; }
.rows > li > .actions { margin-left: auto; }
.empty { padding: 28px 20px; text-align: center; color: var(--muted); border: 1px dashed var(--line); border-radius: 12px; }

.badge { display: inline-block; padding: 2px 11px; border-radius: 999px; font-size: 0.8125rem; font-weight: 600; white-space: nowrap; background: var(--raised); color: var(--muted); border: 1px solid var(--line); }
.badge.good { background: var(--good-soft); color: var(--good); border-color: transparent; }
.badge.warn { background: var(--warn-soft); color: var(--warn); border-color: transparent; }
.badge.bad { background: var(--bad-soft); color: var(--bad); border-color: transparent; }
.notice { padding: 12px 16px; border-radius: 12px; background: var(--good-soft); color: var(--good); font-weight: 500; }
.notice.warn { background: var(--warn-soft); color: var(--warn); }
.notice.bad { background: var(--bad-soft); color: var(--bad); }
.notice.info { background: var(--accent-soft); color: var(--text); font-weight: 400; }

.button { display: inline-flex; align-items: center; justify-content: center; min-height: 42px; padding: 8px 18px; border: 1px solid var(--line); border-radius: 10px; background: var(--surface); color: var(--text); font: inherit; font-weight: 550; text-decoration: none; cursor: pointer; }
.button:hover { background: var(--raised); color: var(--text); border-color: var(--muted); }
.button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.button.primary:hover { background: var(--accent-strong); border-color: var(--accent-strong); }
.button.danger { color: var(--bad); }
.button.danger.primary { background: var(--bad); border-color: var(--bad); color: var(--surface); }
.button.quiet { border-color: transparent; background: none; min-height: 36px; padding: 6px 10px; }
.button.quiet:hover { background: var(--raised); }

form.fields { display: grid; gap: 18px; }
.field { display: grid; gap: 6px; min-width: 0; align-content: start; }
.field label, legend { font-weight: 550; }
.field .hint { color: var(--muted); font-size: 0.875rem; }
.field .error { color: var(--bad); font-size: 0.875rem; font-weight: 500; }
input:not([type]), input[type='text'], input[type='email'], input[type='tel'], input[type='number'], input[type='date'], select { width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid var(--muted); border-radius: 10px; background: var(--surface); color: var(--text); font: inherit; }
:is(input, select)[aria-invalid='true'] { border-color: var(--bad); border-width: 2px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 18px; }
fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 10px; min-width: 0; }
legend { padding: 0; margin-bottom: 8px; }
.choice { display: flex; gap: 12px; align-items: flex-start; padding: 14px 16px; border: 1px solid var(--line); border-radius: 12px; cursor: pointer; background: var(--surface); }
.choice:hover { border-color: var(--muted); }
.choice:has(:checked) { border-color: var(--accent); background: var(--accent-soft); }
.choice input { margin: 4px 0 0; width: 18px; height: 18px; accent-color: var(--accent); flex: none; }
.choice .grow { flex: 1; }
.checkbox { display: flex; gap: 10px; align-items: center; }
.checkbox input { width: 18px; height: 18px; accent-color: var(--accent); }

.table { position: relative; overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: 0.8125rem; font-weight: 550; color: var(--muted); }
th, td { padding: 11px 12px 11px 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
tr:last-child td { border-bottom: 0; }
.amount { text-align: right; font-variant-numeric: tabular-nums; }
.pay { display: inline-block; margin-right: 14px; }
.pay + a { display: inline-block; padding-block: 4px; }
.card-face { display: grid; place-items: center; width: 52px; height: 34px; border-radius: 7px; background: linear-gradient(135deg, #39466b, #1d2742); color: #fff; font-size: 0.6rem; font-weight: 700; letter-spacing: 0.02em; flex: none; text-transform: uppercase; }
.center { flex: 1; display: grid; place-items: center; padding: 40px 24px; text-align: center; }
.center > div { max-width: 440px; display: grid; gap: 12px; justify-items: center; }
.failure { display: grid; gap: 6px; }
.spinner { width: 34px; height: 34px; border-radius: 50%; border: 4px solid var(--line); border-top-color: var(--accent); animation: spin 900ms linear infinite; }
@keyframes spin { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .spinner { animation: none; } }

@media (max-width: 760px) {
  .masthead > div { padding: 8px 16px; flex-wrap: nowrap; }
  .framed .masthead > div { padding-right: 60px; }
  .brand span:last-child { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .who { min-width: 0; gap: 8px; }
  .who strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .who .button { white-space: nowrap; }
  .shell { grid-template-columns: minmax(0, 1fr); gap: 18px; padding: 14px 16px 40px; }
  .nav { margin-inline: -16px; overflow-x: auto; scrollbar-width: none; }
  .nav ul { display: flex; width: max-content; padding-inline: 16px; position: static; }
  .nav a { padding: 7px 12px; font-size: 0.9375rem; }
  .card { padding: 18px; }
  h1 { font-size: 1.35rem; }
}
@media (max-width: 480px) {
  .framed .shell.alone { padding-top: 9px; }
  .facts { grid-template-columns: 1fr; gap: 2px; }
  .facts dd { margin-bottom: 9px; }
  .actions .button:not(.quiet) { flex: 1 1 auto; }
  .rows > li > .actions { margin-left: -10px; }
  .banner { font-size: 0.75rem; }
  table.stack thead { display: none; }
  table.stack tr { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; padding: 12px 0; border-bottom: 1px solid var(--line); }
  table.stack tr:last-child { border-bottom: 0; }
  table.stack td { border: 0; padding: 2px 0; }
  table.stack td:nth-child(even), table.stack td:last-child { grid-column: 2; text-align: right; }
}
`;
