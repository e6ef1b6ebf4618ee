/** The report's style sheet: light or dark as the reader's system is, or as told; always light on paper. */

const LIGHT = `
  --paper: #ffffff; --card: #f5f7fa; --ink: #1c2430; --muted: #5b6675; --line: #d9dfe7;
  --trial: #7d93b5; --best: #b4400a; --pruned: #7a5195; --infeasible: #8a6d00; --failed: #b3182b;`;
const DARK = `
  --paper: #12161c; --card: #1b212a; --ink: #e6ebf2; --muted: #9aa7b8; --line: #313a46;
  --trial: #6f8dbd; --best: #ff9a4d; --pruned: #c197e0; --infeasible: #d9b93a; --failed: #ff7b86;`;

export const STYLE: string = `
:root { color-scheme: light dark; ${LIGHT} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK} } }
:root[data-theme='light'] { color-scheme: light; ${LIGHT} }
@media screen { :root[data-theme='dark'] { color-scheme: dark; ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; }
p { margin: 0.4rem 0; overflow-wrap: anywhere; }
.about { color: var(--muted); }
.scroll { overflow-x: auto; }
.scroll:focus-visible { outline: 2px solid var(--best); outline-offset: 2px; }
figure { margin: 0; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { padding-bottom: 0.4rem; color: var(--muted); text-align: left; }
th, td { padding: 0.35rem 0.8rem 0.35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  max-width: 24rem; overflow-wrap: break-word; }
td:last-child { max-width: 40rem; }
thead th { color: var(--muted); font-weight: 600; }
tbody th { font-weight: 500; }
.number { text-align: right; }
.number, .short { white-space: nowrap; }
.result { padding: 1rem 1.25rem; border-radius: 0.6rem; background: var(--card); }
.result tbody tr:last-child > * { border-bottom: 0; }
.result strong { color: var(--best); }
.first > * { background: var(--card); }
pre { padding: 1rem; border-radius: 0.6rem; background: var(--card); font-size: 0.85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
summary { cursor: pointer; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } figure svg { min-width: 0; }
  table { font-size: 7pt; } .short { white-space: normal; } h2 { break-after: avoid; } tr, figure, .result { break-inside: avoid; } .screen { display: none; } }
`;
