/** The one error of this layer: a server that cannot be found, started, reached or stopped, and what to do about it. */
import { TuningError } from '../study/errors.ts';

export class ServerError extends TuningError {
  readonly code = 'SERVER';
}
