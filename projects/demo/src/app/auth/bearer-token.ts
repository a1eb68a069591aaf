import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { RUNTIME_CONFIG } from '../runtime-config';
import { Auth } from './auth';

/** Adds the user's token to requests to the two backends, and to no others. */
export const bearerToken: HttpInterceptorFn = (request, next) => {
  const { graphqlUrl, merchantUrl } = inject(RUNTIME_CONFIG);
  if (request.url !== graphqlUrl && request.url !== merchantUrl) return next(request);
  const token = inject(Auth).token();
  return next(
    token ? request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }) : request,
  );
};
