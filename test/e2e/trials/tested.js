// A trial that leaves a line for each start, predictions in phase 'test', and takes a moment.
import { appendFileSync } from 'node:fs';

export async function tested({ params: { x, folder }, phase, seed, evaluation }) {
  appendFileSync(`${folder}/${phase}`, `${evaluation?.candidate ?? 'tune'} ${evaluation?.repeat ?? 0}\n`);
  await new Promise((resolve) => setTimeout(resolve, phase === 'test' ? 150 : 20));
  const rows = Array.from({ length: 400 }, (_, row) => row);
  const truth = rows.map((row) => (row % 2 === 0 ? 'even' : 'odd'));
  // the nearer x is to 0, the more rows are right
  const isRight = (row) => ((row * 7919 + seed) % 400) / 400 > x * x;
  const predicted = rows.map((row) => (isRight(row) ? truth[row] : truth[row + 1 < 400 ? row + 1 : 0]));
  return { value: x * x, ...(phase === 'test' && { predictions: { truth, predicted } }) };
}
