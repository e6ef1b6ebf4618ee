/**
 * The colours of plots and pages. Studies have those of [Okabe, Ito 2008], which people with any colour vision tell apart; measures from
 * worst to best have viridis [van der Walt, Smith 2015], whose lightness alone orders them.
 *
 * [Okabe, Ito 2008] "Color Universal Design (CUD)", https://jfly.uni-koeln.de/color/.
 * [van der Walt, Smith 2015] matplotlib's colormaps, CC0, https://bids.github.io/colormap/.
 */

/** Each a CSS colour. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  /** Of grids. */
  readonly line: string;
  readonly trial: string;
  readonly best: string;
  readonly pruned: string;
  readonly infeasible: string;
  readonly failed: string;
  /** Of studies side by side, in this order. */
  readonly studies: readonly string[];
  /** From worst to best: the best has most contrast to the paper. */
  readonly scale: readonly string[];
}

const VIRIDIS = ['#440154', '#472d7b', '#3b528b', '#2c728e', '#21918c', '#28ae80', '#5ec962', '#addc30', '#fde725'];

export const LIGHT: Palette = {
  paper: '#ffffff',
  ink: '#1c2430',
  muted: '#5b6675',
  line: '#d9dfe7',
  trial: '#7d93b5',
  best: '#b4400a',
  pruned: '#7a5195',
  infeasible: '#8a6d00',
  failed: '#b3182b',
  studies: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#8a6d00', '#56b4e9', '#e69f00', '#1c2430'],
  scale: VIRIDIS.toReversed(),
};

export const DARK: Palette = {
  paper: '#12161c',
  ink: '#e6ebf2',
  muted: '#9aa7b8',
  line: '#313a46',
  trial: '#6f8dbd',
  best: '#ff9a4d',
  pruned: '#c197e0',
  infeasible: '#d9b93a',
  failed: '#ff7b86',
  studies: ['#56b4e9', '#ff9a4d', '#2fc79b', '#cc79a7', '#d9b93a', '#4a90c2', '#e69f00', '#e6ebf2'],
  scale: VIRIDIS,
};

/** The names of colours that a page's style sheet may set. */
export const NAMED = ['paper', 'ink', 'muted', 'line', 'trial', 'best', 'pruned', 'infeasible', 'failed'] as const;

/** The page's own, by name: they follow its theme. Those of studies and scales are the light ones. */
export const PAGE: Palette = {
  ...LIGHT,
  ...(Object.fromEntries(NAMED.map((name) => [name, `var(--${name})`])) as Pick<Palette, (typeof NAMED)[number]>),
};
