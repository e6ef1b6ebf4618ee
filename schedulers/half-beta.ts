/**
 * The regularised incomplete beta function of whole and half arguments, from additions, multiplications, divisions and square roots
 * alone, which every engine rounds alike: by them the tails of Student's t and Fisher's F.
 *
 * [DLMF] NIST Digital Library of Mathematical Functions, 8.17.
 */

/** P(|T| >= t) of Student's t. @param t >= 0, Infinity allowed @param degrees whole, >= 1 */
export function studentTails(t: number, degrees: number): number {
  return t === Infinity ? 0 : halfBeta(degrees / (degrees + t * t), degrees, 1);
}

/** P(F >= f). @param f >= 0, Infinity allowed @param above, below degrees of freedom: whole, >= 1 */
export function fisherTail(f: number, above: number, below: number): number {
  return f === Infinity ? 0 : halfBeta(below / (below + above * f), below, above);
}

/** I_x(a/2, b/2). @param a, b whole, >= 1 */
function halfBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  // the continued fraction converges fast below the mean: [DLMF 8.17.4] otherwise
  if (x > (a + 2) / (a + b + 4)) return 1 - halfBeta(1 - x, b, a);
  return (front(x, a, b) * fraction(x, a / 2, b / 2)) / (a / 2);
}

/** x^(a/2) (1 - x)^(b/2) / B(a/2, b/2), factor by factor so that nothing overflows before it must. */
function front(x: number, a: number, b: number): number {
  // from B(1/2, 1/2) = pi, B(1/2, 1) = 2, B(1, 1) = 1 by B(p + 1, q) = B(p, q) p / (p + q)
  let p = a % 2 === 0 ? 1 : 0.5;
  let q = b % 2 === 0 ? 1 : 0.5;
  let product = (p === 1 ? x : Math.sqrt(x)) * (q === 1 ? 1 - x : Math.sqrt(1 - x));
  product /= p + q === 1 ? Math.PI : p + q === 2 ? 1 : 2;
  while (p < a / 2 || q < b / 2) {
    // the factors are at most about 1 at the mean, whichever grows
    if (q >= b / 2 || (p < a / 2 && p * b <= q * a)) {
      product *= (x * (p + q)) / p;
      p++;
    } else {
      product *= ((1 - x) * (p + q)) / q;
      q++;
    }
  }
  return product;
}

/** [DLMF 8.17.22] by Lentz's method. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}
