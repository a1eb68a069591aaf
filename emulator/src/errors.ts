/** The groups that Chargebee sorts its errors into. */
export type ErrorType = 'invalid_request' | 'operation_failed' | 'payment' | 'untyped';

/** An error body as Chargebee's API answers it. */
export interface ErrorBody {
  message: string;
  type: ErrorType;
  api_error_code: string;
  param?: string;
  error_code?: string;
  error_msg?: string;
  http_status_code?: number;
}

/** A refusal in Chargebee's own terms. The API answers it as JSON; the portal's pages show its message. */
export class ChargebeeError extends Error {
  constructor(
    readonly status: number,
    readonly type: ErrorType,
    readonly apiErrorCode: string,
    message: string,
    readonly param?: string,
  ) {
    super(message);
    this.name = 'ChargebeeError';
  }

  /** `error_code`, `error_msg` and `http_status_code` are what the generations of the SDK before `api_error_code` read. */
  toBody(): ErrorBody {
    return {
      message: this.message,
      type: this.type,
      api_error_code: this.apiErrorCode,
      ...(this.param === undefined ? {} : { param: this.param }),
      error_code: this.apiErrorCode,
      error_msg: this.message,
      http_status_code: this.status,
    };
  }
}

/** A parameter has a value that cannot be. */
export const wrongValue = (param: string, message: string): ChargebeeError =>
  new ChargebeeError(400, 'invalid_request', 'param_wrong_value', `${param} : ${message}`, param);

/** The request as a whole cannot be carried out. */
export const invalidRequest = (message: string, param?: string): ChargebeeError =>
  new ChargebeeError(400, 'invalid_request', 'invalid_request', message, param);

/** An id that the site does not have. */
export const notFound = (id: string, param?: string): ChargebeeError =>
  new ChargebeeError(404, 'invalid_request', 'resource_not_found', `${id} not found`, param);

/** A path that is none of the emulator's. */
export const noSuchPath = (): ChargebeeError =>
  new ChargebeeError(
    404,
    'invalid_request',
    'resource_not_found',
    'The emulator has no such path. Its README lists those that it has.',
  );

/** The resource is in a state in which this cannot be done. */
export const invalidState = (message: string): ChargebeeError =>
  new ChargebeeError(409, 'invalid_request', 'invalid_state_for_request', message);

/** The payment gateway refuses a card. */
export const cardRefused = (message: string): ChargebeeError =>
  new ChargebeeError(400, 'payment', 'payment_method_verification_failed', message);
