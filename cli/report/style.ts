/** The report's style sheet: light or dark as the reader's system is, or as told; always light on paper. */

import { DARK, LIGHT, NAMED, type Palette } from '../../plots/drawing/palette.ts';

const LIGHT_STYLE = `${named(LIGHT)} --card: #f5f7fa; --good: #1a7340; --unsure: #8a6d00; --hit: #7fb2e5; --miss: #f0a78f;`;
const DARK_STYLE = `${named(DARK)} --card: #1b212a; --good: #5fd08c; --unsure: #d9b93a; --hit: #2f6699; --miss: #96452c;`;

export const STYLE: string = `
:root { color-scheme: light dark; ${LIGHT_STYLE} }
@media screen and (prefers-color-scheme: dark) { :root { ${DARK_STYLE} } }
:root[data-theme='light'] { color-scheme: light; ${LIGHT_STYLE} }
@media screen { :root[data-theme='dark'] { color-scheme: dark; ${DARK_STYLE} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; }
p { margin: 0.4rem 0; overflow-wrap: anywhere; }
.about { color: var(--muted); }
.scroll { overflow-x: auto; }
.scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--best); outline-offset: 2px; }
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
.result { border-left: 0.35rem solid var(--line); }
.promote { border-left-color: var(--good); } .keep { border-left-color: var(--trial); } .inconclusive { border-left-color: var(--unsure); }
.decision { font-size: 1.4rem; font-weight: 650; line-height: 1.3; }
.promote .decision { color: var(--good); } .inconclusive .decision { color: var(--unsure); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 0.5rem 1.5rem; margin: 0.75rem 0; font-size: 0.9rem; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.settings { display: block; }
.settings > div { display: grid; grid-template-columns: minmax(8rem, 1fr) 6fr; padding: 0.35rem 0; border-bottom: 1px solid var(--line); }
.result + details, .warnings + details { margin-top: 0.75rem; }
.result .promotion strong { color: var(--ink); }
.promotion { margin-top: 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
figure svg.effect { max-width: 32rem; min-width: 17rem; margin: 0.75rem 0; font: 13px system-ui, sans-serif; }
.effect text { fill: var(--ink); } .effect .end { fill: var(--muted); }
.effect .label { font-weight: 600; paint-order: stroke; stroke: var(--card); stroke-width: 6px; stroke-linejoin: round; }
.effect line { stroke: var(--muted); } .effect .least { stroke: var(--good); stroke-dasharray: 5 4; stroke-width: 2; } .effect .zero { stroke: var(--ink); }
.effect .interval { fill: none; stroke: var(--best); stroke-width: 2.5; } .effect .point { fill: var(--best); }
.warnings { margin: 0; padding: 0; list-style: none; }
.warnings li { margin: 0.6rem 0; padding: 0.6rem 1.25rem; border-left: 0.35rem solid var(--unsure); border-radius: 0.6rem; background: var(--card); }
.warnings .blocks { border-left-color: var(--failed); }
.badge { color: var(--failed); font-size: 0.85rem; }
code { font-size: 0.95em; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.5rem; }
.pair.wide { display: block; } .pair.wide > * + * { margin-top: 1.5rem; }
.confusion td, .confusion tbody th, .confusion thead th { padding: 0.35rem 0.6rem; }
.confusion { width: auto; } .confusion tbody th { position: sticky; left: 0; background: var(--paper); }
.result pre { background: var(--paper); }
.heat { background: color-mix(in srgb, var(--hue) calc(var(--share) * 1%), var(--paper)); white-space: nowrap; }
.hit { --hue: var(--hit); } .miss { --hue: var(--miss); }
pre { padding: 1rem; border-radius: 0.6rem; background: var(--card); font-size: 0.85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre.commands { overflow-x: auto; white-space: pre; }
summary { cursor: pointer; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } figure svg { min-width: 0; }
  table { font-size: 7pt; } .short { white-space: normal; } h2 { break-after: avoid; } tr, figure, .result { break-inside: avoid; } .screen { display: none; }
  .heat { print-color-adjust: exact; } }
`;

function named(colors: Palette): string {
  return NAMED.map((name) => `--${name}: ${colors[name]};`).join(' ');
}
