export { greet } from '../own.ts';
