// A deterministic objective that takes a moment, so that kills meet it in flight.
export async function bowl({ params, report, saveCheckpoint, checkpoint }) {
  const { x, y, depth, kind } = params;
  const start = checkpoint === undefined ? 0 : Number(checkpoint);
  for (let step = start; step < 3; step++) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    report(step, x * step);
    saveCheckpoint(String(step + 1));
  }
  const bend = kind === 'wave' ? Math.sin(5 * params.frequency * x) : 0;
  return { value: (x - 0.3) ** 2 + (Math.log10(y) - 1) ** 2 + depth / 10 + bend };
}
