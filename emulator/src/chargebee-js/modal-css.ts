/** The style sheet of the modal in which chargebee.js shows the portal and hosted pages. */
export const css = `
html.cb-open { overflow: hidden; }
#cb-container { position: fixed; inset: 0; box-sizing: border-box; width: min(1080px, 100vw - 48px); height: min(860px, 100dvh - 48px);
  max-width: none; max-height: none; margin: auto; padding: 0; border: 0; border-radius: 16px; overflow: hidden; background: #fff; color: #1a2233;
  box-shadow: 0 24px 80px rgb(10 15 30 / 45%); font: 16px/1.5 system-ui, sans-serif; }
#cb-container:not([open]) { display: none; }
#cb-container.cb-card, #cb-container.cb-checkout { width: min(600px, 100vw - 48px); height: min(720px, 100dvh - 48px); }
#cb-container::backdrop { background: rgb(10 15 30 / 55%); }
#cb-frame { display: block; width: 100%; height: 100%; border: 0; }
/* The loader: a skeleton of the portal with a top bar and cards. It also covers the page that authenticates. */
#cb-container { --cb-page: #f4f6fa; --cb-surface: #fff; --cb-skeleton: #e3e8f1; --cb-line: #dde2ec; --cb-muted: #566178; }
#cb-loader { position: absolute; inset: 0; margin: 0; padding-bottom: 12%; display: grid; place-items: end center; color: var(--cb-muted); pointer-events: none; background:
  linear-gradient(var(--cb-skeleton) 0 0) 24px 22px / 132px 16px no-repeat,
  linear-gradient(var(--cb-line) 0 0) 0 60px / 100% 1px no-repeat,
  linear-gradient(var(--cb-surface) 0 0) 0 0 / 100% 60px no-repeat,
  linear-gradient(var(--cb-skeleton) 0 0) 24px 92px / min(46%, 280px) 22px no-repeat,
  linear-gradient(var(--cb-skeleton) 0 0) 48px 164px / min(30%, 180px) 14px no-repeat,
  linear-gradient(var(--cb-skeleton) 0 0) 48px 196px / min(20%, 110px) 22px no-repeat,
  linear-gradient(var(--cb-surface) 0 0) 24px 140px / calc(100% - 48px) 112px no-repeat,
  linear-gradient(var(--cb-skeleton) 0 0) 48px 296px / min(24%, 140px) 14px no-repeat,
  linear-gradient(var(--cb-skeleton) 0 0) 48px 326px / min(50%, 320px) 12px no-repeat,
  linear-gradient(var(--cb-surface) 0 0) 24px 272px / calc(100% - 48px) 96px no-repeat,
  var(--cb-page); }
#cb-modal-close { all: unset; position: absolute; top: 16px; right: 16px; z-index: 1; width: 36px; height: 36px; border-radius: 50%;
  background: rgb(120 130 150 / 18%); cursor: pointer; display: grid; place-items: center; font: 15px/1 system-ui, sans-serif; }
#cb-modal-close::before { content: "\\2715"; }
#cb-modal-close:hover { background: rgb(120 130 150 / 35%); }
#cb-modal-close:focus-visible { outline: 3px solid #2f6fed; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { #cb-container { background: #161b26; color: #e8ecf4; --cb-page: #10141d; --cb-surface: #181e2a; --cb-skeleton: #2a3344; --cb-line: #303a4c; --cb-muted: #a5b0c4; } }
@media (prefers-reduced-motion: no-preference) {
  #cb-container { animation: cb-in 160ms ease-out; }
  @keyframes cb-in { from { opacity: 0; transform: translateY(12px); } }
  #cb-loader { animation: cb-pulse 900ms ease-in-out infinite alternate; }
  @keyframes cb-pulse { to { opacity: 0.72; } }
}
@media (max-width: 640px) {
  #cb-container, #cb-container.cb-card, #cb-container.cb-checkout { width: 100vw; height: 100dvh; border-radius: 0; }
  #cb-modal-close { top: 12px; right: 12px; }
}
`;
