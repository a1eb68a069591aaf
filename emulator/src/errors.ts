/** The values of Chargebee's `type` of an error. */
export type ErrorType = 'invalid_request' | 'operation_failed' | 'payment' | 'untyped';

/** The body of a Chargebee API error. */
export interface ErrorBody {
  message: string;
  type: ErrorType;
  api_error_code: string;
  param?: string;
  error_code?: string;
  error_msg?: string;
  http_status_code?: number;
}

/** An error in Chargebee's format. The API returns it as JSON; the portal's pages show its message. */
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

  /** `error_code`, `error_msg` and `http_status_code` are for SDK versions that predate `api_error_code`. */
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

/** A parameter is invalid. */
export const wrongValue = (param: string, message: string): ChargebeeError =>
  new ChargebeeError(400, 'invalid_request', 'param_wrong_value', `${param} : ${message}`, param);

/** The request as a whole is invalid. */
export const invalidRequest = (message: string, param?: string): ChargebeeError =>
  new ChargebeeError(400, 'invalid_request', 'invalid_request', message, param);

/** There is no resource with this id. */
export const notFound = (id: string, param?: string): ChargebeeError =>
  new ChargebeeError(404, 'invalid_request', 'resource_not_found', `${id} not found`, param);

/** The emulator has no such route. */
export const noSuchPath = (): ChargebeeError =>
  new ChargebeeError(
    404,
    'invalid_request',
    'resource_not_found',
    'The emulator has no such path. Its guide lists those that it has.',
  );

/** Chargebee has this call and the emulator does not. The code is not one of Chargebee's, which clients could misinterpret. */
export const notEmulated = (call: string): ChargebeeError =>
  new ChargebeeError(
    501,
    'operation_failed',
    'not_emulated',
    `chargebee-emulator does not emulate ${call}. Its page /support lists what it does.`,
  );

/** The resource's state does not allow the operation. */
export const invalidState = (message: string): ChargebeeError =>
  new ChargebeeError(409, 'invalid_request', 'invalid_state_for_request', message);

/** The payment gateway has declined a card. */
export const cardRefused = (message: string): ChargebeeError =>
  new ChargebeeError(400, 'payment', 'payment_method_verification_failed', message);

/** The payment of an invoice has failed. */
export const paymentRefused = (
  message: string,
  code: 'payment_processing_failed' | 'payment_method_not_present' = 'payment_processing_failed',
): ChargebeeError => new ChargebeeError(400, 'payment', code, message);
