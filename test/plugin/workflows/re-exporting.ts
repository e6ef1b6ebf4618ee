/** The same workflows beside durable-tune's, by one line. */
export * from '../../../workflows/index.ts';
export { greet } from './own.ts';
