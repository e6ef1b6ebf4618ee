/** Colours from the worst to the best. */
import type { Palette } from './palette.ts';

/** The colour of a share from 0 (worst) to 1 (best), between the palette's. */
export function colorAt(share: number, { scale }: Pick<Palette, 'scale'>): string {
  const place = Math.min(1, Math.max(0, share)) * (scale.length - 1);
  const from = Math.min(scale.length - 2, Math.floor(place));
  const [a, b] = [channels(scale[from]!), channels(scale[from + 1]!)];
  const mixed = a.map((channel, i) => Math.round(channel + (b[i]! - channel) * (place - from)));
  return `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}
