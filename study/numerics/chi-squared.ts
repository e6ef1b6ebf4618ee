/**
 * Quantiles of the chi-squared distribution, from additions, multiplications, divisions and square roots alone, which every engine
 * rounds alike.
 *
 * [DLMF] NIST Digital Library of Mathematical Functions, 8.11. [Wilson 1931] Wilson and Hilferty, "The distribution of chi-square", PNAS 17.
 */

/** Beyond so many degrees [Wilson 1931] is right to a ten-thousandth. */
const MANY = 100;
/** The normal distribution's. */
const Z_975 = 1.959963984540054;

/** The two values that chi-squared lies between in 95 of 100 cases, as often below as above. @param degrees whole, >= 1 */
export function chiSquaredBounds(degrees: number): readonly [low: number, high: number] {
  if (degrees > MANY) return [approximate(degrees, 0 - Z_975), approximate(degrees, Z_975)];
  return [quantile(0.025, degrees), quantile(0.975, degrees)];
}

/** P(chi-squared <= x). @param x >= 0 @param degrees whole, 1 to some hundreds */
export function chiSquaredBelow(x: number, degrees: number): number {
  // [DLMF 8.11.4]: x^a e^-x / Γ(a + 1) times a series, with x/2 for x and a = degrees / 2
  const [half, a] = [x / 2, degrees / 2];
  let term = 1;
  let series = 1;
  for (let k = 1; term > 1e-17 * series; k++) {
    term *= half / (a + k);
    series += term;
  }
  // the power, the gamma function and the exponential factor by factor, so that nothing overflows
  const factors = Math.ceil(a);
  const share = 1 / exponential(half / factors);
  let front = degrees % 2 === 0 ? 1 : 2 * Math.sqrt(half / Math.PI) * share;
  for (let j = degrees % 2 === 0 ? 1 : 1.5; j <= a; j++) front *= (half / j) * share;
  return front * series;
}

function quantile(p: number, degrees: number): number {
  let [low, high] = [0, 4 * degrees + 40];
  for (let i = 0; i < 70; i++) {
    const middle = (low + high) / 2;
    if (chiSquaredBelow(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function approximate(degrees: number, z: number): number {
  const variance = 2 / (9 * degrees);
  const root = 1 - variance + z * Math.sqrt(variance);
  return degrees * root * root * root;
}

/** e^x. @param x 0 to some tens */
function exponential(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= x / k;
    sum += term;
  }
  return sum;
}
