/** A posterior as acquisition functions see it: by coordinates in [0, 1], NaN where inactive (acquisition/ground.ts). */
import type { Model } from '../acquisition/posterior.ts';
import { unitSlope, writeOrder, writeUnit, type Layout } from './layout.ts';
import type { Posterior } from './posterior.ts';

/** @param dimensions  of the space: the length of a row of coordinates */
export function modelOf(posterior: Posterior, dimensions: number): Model {
  const { layout } = posterior;
  const columnsOf = (units: Float64Array, count: number): Float64Array => {
    const columns = new Float64Array(count * layout.columns);
    for (let i = 0; i < count; i++) writeUnits(layout, units, i * dimensions, columns, i * layout.columns);
    return columns;
  };
  const point = new Float64Array(layout.columns);
  const [columnMean, columnVariance] = [new Float64Array(layout.columns), new Float64Array(layout.columns)];
  return {
    predict(units, count) {
      const [mean, sd] = [new Float64Array(count), new Float64Array(count)];
      posterior.predict(columnsOf(units, count), count, mean, sd);
      for (let i = 0; i < count; i++) sd[i] = Math.sqrt(sd[i]);
      return { mean, sd };
    },
    slopes(unit, byMean, bySd) {
      writeUnits(layout, unit, 0, point, 0);
      const { mean, variance } = posterior.slopes(point, columnMean, columnVariance);
      const sd = Math.sqrt(variance);
      byMean.fill(0);
      bySd.fill(0);
      for (const axis of layout.axes) {
        if (axis.kind === 'category' || Number.isNaN(unit[axis.dim])) continue;
        byMean[axis.dim] = unitSlope(axis, unit[axis.dim], columnMean);
        bySd[axis.dim] = (0.5 * unitSlope(axis, unit[axis.dim], columnVariance)) / sd;
      }
      return { mean, sd };
    },
    covarianceWith(others, size) {
      const solved = posterior.solved(columnsOf(others, size), size);
      return {
        of: (units, count) => posterior.covariance(columnsOf(units, count), count, solved),
        addSlopes(unit, rates, out) {
          writeUnits(layout, unit, 0, point, 0);
          posterior.covarianceSlopes(point, solved, rates, columnMean);
          for (const axis of layout.axes)
            if (axis.kind !== 'category' && !Number.isNaN(unit[axis.dim]))
              out[axis.dim] += unitSlope(axis, unit[axis.dim], columnMean);
        },
      };
    },
  };
}

/** Length scales by dimension in units of the cube; 1 for categories. */
export function scalesOf({ layout, hyperparameters: { weights } }: Posterior, dimensions: number): Float64Array {
  const scales = new Float64Array(dimensions).fill(1);
  for (const { dim, kind, column } of layout.axes)
    if (kind !== 'category') scales[dim] = 1 / Math.sqrt(weights[layout.scaleOf[column]]);
  return scales;
}

function writeUnits({ axes, orders }: Layout, units: Float64Array, from: number, out: Float64Array, at: number): void {
  for (const axis of axes) {
    const unit = units[from + axis.dim];
    if (axis.kind !== 'category') writeUnit(axis, unit, out, at);
    else {
      const { size } = axis.dimension;
      out[at + axis.column] = Number.isNaN(unit) ? -1 : Math.min(Math.floor(unit * size), size - 1);
    }
  }
  for (const order of orders) {
    const n = order.dims.length + 1;
    const digit = (i: number): number => {
      const unit = units[from + order.dims[i]];
      return Number.isNaN(unit) ? NaN : Math.min(Math.floor(unit * (n - i)), n - i - 1);
    };
    writeOrder(order, digit, out, at);
  }
}
