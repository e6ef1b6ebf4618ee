/** The model: exponential smoothing with a trend and a yearly season [Holt 1957, Winters 1960], in its additive form. */

export interface Smoothing {
  /** How much a new month counts, each in (0, 1): for the level, the trend, the season. */
  readonly level: number;
  readonly trend: number;
  readonly season: number;
}

const MONTHS = 12;

/** Forecasts of the months 12, 13, … of a series, each made the month before; the last one is of the month after its end. */
export function forecasts(series: readonly number[], weights: Smoothing): number[] {
  const year = series.slice(0, MONTHS);
  let level = mean(year);
  let trend = (mean(series.slice(MONTHS, 2 * MONTHS)) - level) / MONTHS;
  const season = year.map((value) => value - level);
  const made: number[] = [];
  for (let month = MONTHS; month <= series.length; month++) {
    const seasonal = season[month % MONTHS]!;
    made.push(level + trend + seasonal);
    if (month === series.length) break;
    const value = series[month]!;
    const before = level;
    level = weights.level * (value - seasonal) + (1 - weights.level) * (level + trend);
    trend = weights.trend * (level - before) + (1 - weights.trend) * trend;
    season[month % MONTHS] = weights.season * (value - level) + (1 - weights.season) * seasonal;
  }
  return made;
}

/** Mean absolute error of the forecasts of those months that there are, in the units of the series. */
export function forecastError(series: readonly number[], weights: Smoothing): number {
  const made = forecasts(series, weights).slice(0, -1);
  return mean(made.map((value, i) => Math.abs(value - series[i + MONTHS]!)));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
