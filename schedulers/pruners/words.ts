/** A minimised value as the user knows it. */
export function shown(y: number, maximize: boolean): string {
  return `${Number((maximize ? 0 - y : y).toPrecision(6))}`;
}
