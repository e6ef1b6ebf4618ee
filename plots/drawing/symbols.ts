/** Marks that are told apart without their colours. */

export const DASH = 'path://M0,4h14v2h-14z';
export const DOWN = 'path://M0,0L10,0L5,9Z';
export const UP = 'path://M0,9L10,9L5,0Z';
export const CROSS = 'path://M1,0L5,4L9,0L10,1L6,5L10,9L9,10L5,6L1,10L0,9L4,5L0,1Z';

/** Of studies side by side, with `LINES`: 4 x 3 pairs before one returns. */
export const MARKS: readonly string[] = ['circle', 'triangle', 'rect', 'diamond'];
export const LINES = ['solid', 'dashed', 'dotted'] as const;
