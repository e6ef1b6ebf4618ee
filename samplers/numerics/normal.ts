/**
 * The standard normal distribution, to about 4 ulp of relative error also far out in its tails.
 *
 * erfcx(x) = exp(x^2) erfc(x) is one polynomial in (x - 3.75) / (x + 3.75) for all x >= 0 [Shepherd 1981], fitted here
 * to 1e-17; everything else follows from it, so that no tail ever underflows on its way to a logarithm.
 *
 * [Shepherd 1981] Shepherd and Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < inf",
 *   Math. Comp. 36(153), 249-253.
 * [Wichura 1988] Wichura, "Algorithm AS 241: The percentage points of the normal distribution", J. R. Stat. Soc. C
 *   37(3), 477-484.
 */
import { exp, expm1, log, log1p } from './elementary.ts';

const SQRT_HALF = 0.7071067811865476;
/** ln sqrt(2 pi). */
const LOG_SQRT_TWO_PI = 0.9189385332046728;

/** (1 + 2x) erfcx(x) by powers of (x - 3.75) / (x + 3.75). */
const ERFCX = Float64Array.of(
  1.2375126308378275,
  -0.14024059858554702,
  0.0035854154854644293,
  0.08227673849015102,
  -0.10880393014174884,
  0.09230432116019834,
  -0.05869339858963677,
  0.0283622774215156,
  -0.009746579558029276,
  0.0017556258324217529,
  0.0002937136655913448,
  -0.00029015397928986765,
  5.164909889268241e-5,
  2.2383912036550678e-5,
  -1.1444146237700524e-5,
  -9.72849582211122e-7,
  1.751637648849062e-6,
  -5.826281078800777e-8,
  -2.5866850716155884e-7,
  2.4289762925488707e-8,
  3.8675334242222354e-8,
  -4.389284159986328e-9,
  -5.1739902140113095e-9,
  5.457157304704688e-10,
  4.2514714447963895e-10,
  -3.75315827795962e-11,
);

/** erf(x) / x - 1 by powers of x^2. */
const ERF = Float64Array.of(
  0.1283791670955126,
  -0.37612638903183754,
  0.11283791670955126,
  -0.026866170645131252,
  0.005223977625442188,
  -0.0008548327023450853,
  0.00012055332981789664,
  -1.492565035840625e-5,
  1.6462114365889248e-6,
  -1.6365844691234924e-7,
  1.4807192815879218e-8,
  -1.2290555301717928e-9,
  9.422759064650411e-11,
);

/** Quotients of [Wichura 1988]: by 0.180625 - (p - 1/2)^2 in the centre, by sqrt(-ln p) - 1.6 and - 5 in the tail and at its end. */
const CENTRE_ABOVE = Float64Array.of(
  3.3871328727963665,
  133.14166789178438,
  1971.5909503065513,
  13731.69376550946,
  45921.95393154987,
  67265.7709270087,
  33430.57558358813,
  2509.0809287301227,
);
const CENTRE_BELOW = Float64Array.of(
  1.0,
  42.31333070160091,
  687.1870074920579,
  5394.196021424751,
  21213.794301586597,
  39307.89580009271,
  28729.085735721943,
  5226.495278852854,
);
const TAIL_ABOVE = Float64Array.of(
  1.4234371107496835,
  4.630337846156546,
  5.769497221460691,
  3.6478483247632045,
  1.2704582524523684,
  0.2417807251774506,
  0.022723844989269184,
  0.0007745450142783414,
);
const TAIL_BELOW = Float64Array.of(
  1.0,
  2.053191626637759,
  1.6763848301838038,
  0.6897673349851,
  0.14810397642748008,
  0.015198666563616457,
  0.0005475938084995345,
  1.0507500716444169e-9,
);
const END_ABOVE = Float64Array.of(
  6.657904643501103,
  5.463784911164114,
  1.7848265399172913,
  0.29656057182850487,
  0.026532189526576124,
  0.0012426609473880784,
  2.7115555687434876e-5,
  2.0103343992922881e-7,
);
const END_BELOW = Float64Array.of(
  1.0,
  0.599832206555888,
  0.1369298809227358,
  0.014875361290850615,
  0.0007868691311456133,
  1.8463183175100548e-5,
  1.421511758316446e-7,
  2.0442631033899397e-15,
);

/** exp(x^2) erfc(x) for x >= 0: 1 at 0, about 1 / (x sqrt(pi)) for large x. */
export function erfcx(x: number): number {
  if (x > 1e8) return 0.5641895835477563 / x;
  const t = (x - 3.75) / (x + 3.75);
  let sum = ERFCX[25];
  for (let i = 24; i >= 0; i--) sum = sum * t + ERFCX[i];
  return sum / (1 + 2 * x);
}

/** The error function, -1 at -Infinity to 1 at Infinity: its Taylor series (DLMF 7.6.1) near 0, where 1 - erfc cancels. */
export function erf(x: number): number {
  if (!(x > -0.5 && x < 0.5)) return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
  let sum = 0;
  for (let i = ERF.length - 1; i >= 0; i--) sum = sum * x * x + ERF[i];
  return x + x * sum;
}

/** The complementary error function, 2 at -Infinity to 0 at Infinity. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < 27.3 ? erfcx(x) * expOfSquare(x, -1) : x >= 27.3 ? 0 : NaN;
}

/** P(Z <= x). */
export function normalCdf(x: number): number {
  if (x > 0) return 1 - normalCdf(-x);
  return x > -38.6 ? 0.5 * erfcx(-x * SQRT_HALF) * expOfSquare(x, -0.5) : x <= -38.6 ? 0 : NaN;
}

/** ln P(Z <= x); about -x^2 / 2 far below 0, -Infinity at -Infinity. */
export function logNormalCdf(x: number): number {
  if (x > -1) return x > 0 ? log1p(-normalCdf(-x)) : log(normalCdf(x));
  return log(0.5 * erfcx(-x * SQRT_HALF)) - 0.5 * x * x;
}

/**
 * ln P(a < Z <= b), by the form that loses nothing where the interval is.
 * @param a  from -Infinity
 * @param b  up to Infinity
 * @returns  -Infinity where b <= a, NaN where one of them is NaN
 */
export function logDiffNormalCdf(a: number, b: number): number {
  if (!(a < b)) return a >= b ? -Infinity : NaN;
  if (a > 0) return logDiffNormalCdf(-b, -a);
  const width = b - a;
  if (width * (1 + Math.max(-a, Math.abs(b))) < 0.1) return logOfNarrow(0.5 * a + 0.5 * b, width);
  if (b > 0) return log1p(-normalCdf(a) - normalCdf(-b));
  // Phi(b) (1 - Phi(a) / Phi(b)); the ratio's logarithm from a difference of squares, exact where both are huge
  const ratio = -0.5 * width * -(a + b) + log(erfcx(-a * SQRT_HALF) / erfcx(-b * SQRT_HALF));
  return logNormalCdf(b) + (ratio < -0.6931471805599453 ? log1p(-exp(ratio)) : log(-expm1(ratio)));
}

/**
 * x with P(Z <= x) = p [Wichura 1988, PPND16].
 * @returns relative error below 1e-15 for p from 5e-324; -Infinity at 0, Infinity at 1, NaN outside
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, CENTRE_ABOVE, CENTRE_BELOW);
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p));
  const tail = r <= 5 ? ratio(r - 1.6, TAIL_ABOVE, TAIL_BELOW) : ratio(r - 5, END_ABOVE, END_BELOW);
  return q < 0 ? -tail : tail;
}

/** Quotient of two polynomials of degree 7, coefficients from the constant one. */
function ratio(r: number, above: Float64Array, below: Float64Array): number {
  let a = above[7];
  let b = below[7];
  for (let i = 6; i >= 0; i--) {
    a = a * r + above[i];
    b = b * r + below[i];
  }
  return a / b;
}

/** exp(c x^2) for |x| < 40, c = -1 or -1/2: the square of x's first 24 bits is exact, the rest of x^2 goes beside it. */
function expOfSquare(x: number, c: number): number {
  const high = Math.fround(x);
  const rest = c * (x - high) * (x + high);
  return exp(c * high * high) * (1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6))));
}

/** Over a narrow interval: its width times the mean of the density, a series in the width about the middle m. */
function logOfNarrow(m: number, width: number): number {
  const h = width * width * 0.25;
  const s = m * m;
  // even Hermite polynomials He2, He4, He6, He8 of m over (2k + 1)!
  const he4 = (s - 6) * s + 3;
  const he6 = ((s - 15) * s + 45) * s - 15;
  const he8 = (((s - 28) * s + 210) * s - 420) * s + 105;
  const series = h * ((s - 1) / 6 + h * (he4 / 120 + h * (he6 / 5040 + (h * he8) / 362880)));
  return log(width) - 0.5 * s - LOG_SQRT_TWO_PI + log1p(series);
}
