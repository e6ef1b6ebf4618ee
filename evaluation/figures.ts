/** Numbers and words as sentences have them. */

/** Four digits, without zeros at the end. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** A share from 0 to 1 in per cent; never 0 % or 100 % for what is only near. */
export function percent(share: number): string {
  const digits = share > 0.99 && share < 1 ? Math.min(99.99, Number((share * 100).toFixed(2))) : share * 100;
  return `${Number(digits.toPrecision(share > 0.99 ? 4 : 3))} %`;
}

/** '1 trial', '12 trials', '1,000 rows'. */
export function counted(count: number, what: string): string {
  return `${String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')} ${what}${count === 1 ? '' : 's'}`;
}

/** With a capital letter. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
