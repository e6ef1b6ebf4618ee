/**
 * exp, log, expm1 and log1p with the same bits everywhere: built from IEEE 754 additions, multiplications, divisions and
 * square roots alone, which every engine rounds alike, where the engines' own functions differ between versions.
 * Errors stay below 1 ulp over the whole range, subnormal numbers included.
 *
 * exp follows [Tang 1989]: x = (128 e + j) ln2 / 128 + r, so exp(x) = 2^e 2^(j/128) exp(r) with |r| <= ln2 / 256.
 * log(m) is 2 atanh(s), s = (m - 1) / (m + 1), rounded as in [Tang 1990, sec. 3].
 *
 * [Tang 1989] Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic",
 *   ACM Trans. Math. Softw. 15(2), 144-157.
 * [Tang 1990] Tang, "Table-driven implementation of the logarithm function in IEEE floating-point arithmetic",
 *   ACM Trans. Math. Softw. 16(4), 378-400.
 * [Dekker 1971] Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 224-242.
 */

/** 128 / ln2, and ln2 / 128 as a sum whose first part has 34 bits: its product with any n below 2^19 is exact. */
const PER_LN2 = 184.6649652337873;
const STEP_HIGH = 0.005415212347998022;
const STEP_LOW = 1.2655086083325438e-13;
/** ln2 as a sum whose first part has 40 bits. */
const LN2_HIGH = 0.6931471805592082;
const LN2_LOW = 7.371002565167799e-13;
/** Adding and subtracting it rounds to the nearest whole number. */
const ROUNDER = 6755399441055744;

/** 2^(j/128) for j = 0..127: rounded value at 2j, what is missing from it at 2j + 1. */
const ROOTS: Float64Array = rootsOfTwo();
/** 2^k at index k + 1022, k = -1022..1023. */
const POWERS: Float64Array = powersOfTwo();

/** Room to read a number's bits; the word that holds exponent and sign is HIGH, whatever the machine's byte order. */
const number = new Float64Array(1);
const words = new Int32Array(number.buffer);
number[0] = 1;
const HIGH: 0 | 1 = words[1] === 0 ? 0 : 1;

/** e^x; Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  if (!(x > -708 && x < 709)) return expAtTheEnds(x);
  const n = x * PER_LN2 + ROUNDER - ROUNDER;
  const r = x - n * STEP_HIGH - n * STEP_LOW;
  const p = r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))));
  const j = (n & 127) << 1;
  const root = ROOTS[j];
  return (root + (root * p + ROOTS[j + 1])) * POWERS[(n >> 7) + 1022];
}

/** base^exponent by exp and log, for base >= 0 and exponent > 0 where base is 0. */
export function power(base: number, exponent: number): number {
  return base === 0 ? 0 : exp(exponent * log(base));
}

/** ln x; -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : NaN;
  let e = -1023;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984; // 2^54 makes a subnormal number normal
    e -= 54;
  }
  number[0] = x;
  const top = words[HIGH];
  e += top >> 20;
  words[HIGH] = (top & 0xfffff) | 0x3ff00000;
  const m = number[0];
  return m > 1.4142135623730951 ? logNearOne(0.5 * m - 1, e + 1) : logNearOne(m - 1, e);
}

/** e^x - 1 without cancellation near 0. */
export function expm1(x: number): number {
  if (x > -0.016 && x < 0.016)
    return x + x * x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * (1 / 5040))))));
  if (!(x > -40 && x < 40)) return x > 0 ? exp(x) : x <= -40 ? -1 : NaN;
  const n = x * PER_LN2 + ROUNDER - ROUNDER;
  const r = x - n * STEP_HIGH - n * STEP_LOW;
  const p = r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))));
  const j = (n & 127) << 1;
  const scale = POWERS[(n >> 7) + 1022];
  const root = ROOTS[j];
  return scale * root - 1 + scale * (root * p + ROOTS[j + 1]);
}

/** ln(1 + x) without cancellation near 0; -Infinity at -1, NaN below. */
export function log1p(x: number): number {
  if (x > -0.29 && x < 0.41) return logNearOne(x, 0);
  const u = 1 + x;
  return x > -1 && x < 4503599627370496 ? log(u) + (x - (u - 1)) / u : log(u);
}

/** ln(1 + f) + e ln2 for 1 + f from sqrt(1/2) to sqrt(2). */
function logNearOne(f: number, e: number): number {
  // coefficients of (2 atanh(s) / s - 2) / s^2 in z = s^2: minimax over |s| <= (sqrt2 - 1) / (sqrt2 + 1), error 9e-18
  const s = f / (2 + f);
  const z = s * s;
  const tail = 0.22222211134795081 + z * (0.18182889125261723 + z * (0.15331721600556042 + z * 0.14616449685043406));
  const series = z * (0.666666666666667 + z * (0.39999999999899505 + z * (0.28571428625975487 + z * tail)));
  const half = 0.5 * f * f;
  return e * LN2_HIGH - (half - (s * (half + series) + e * LN2_LOW) - f);
}

/** Where 2^e is no normal number: 2^e in two factors, so that the last product alone rounds. */
function expAtTheEnds(x: number): number {
  if (!(x > -746 && x < 710)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  const n = x * PER_LN2 + ROUNDER - ROUNDER;
  const r = x - n * STEP_HIGH - n * STEP_LOW;
  const p = r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))));
  const j = (n & 127) << 1;
  const half = (n >> 7) >> 1;
  return (ROOTS[j] + (ROOTS[j] * p + ROOTS[j + 1])) * POWERS[half + 1022] * POWERS[(n >> 7) - half + 1022];
}

/** Powers of 2^(1/128), which seven square roots of 2 give, as sums of two doubles [Dekker 1971]. */
function rootsOfTwo(): Float64Array {
  let [high, low] = [2, 0];
  for (let i = 0; i < 7; i++) {
    const root = Math.sqrt(high);
    const rest = (high - root * root - productError(root, root) + low) / (2 * root);
    [high, low] = [root + rest, root - (root + rest) + rest];
  }
  const table = new Float64Array(256);
  table[0] = 1;
  for (let j = 2; j < 256; j += 2) {
    const product = table[j - 2] * high;
    const rest = productError(table[j - 2], high) + table[j - 2] * low + table[j - 1] * high;
    table[j] = product + rest;
    table[j + 1] = product - table[j] + rest;
  }
  return table;
}

/** a b minus its rounded value, exactly. */
function productError(a: number, b: number): number {
  const aHigh = a * 134217729 - (a * 134217729 - a);
  const bHigh = b * 134217729 - (b * 134217729 - b);
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  return aLow * bLow - (a * b - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(2046);
  powers[0] = 2.2250738585072014e-308;
  for (let i = 1; i < powers.length; i++) powers[i] = 2 * powers[i - 1];
  return powers;
}
