import type { HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import { RUNTIME_CONFIG } from '../runtime-config';
import { Auth } from './auth';

/** Sends the user's token to the backend, and to nobody else. */
export const bearerToken: HttpInterceptorFn = (request, next) => {
  if (request.url !== inject(RUNTIME_CONFIG).graphqlUrl) return next(request);
  const token = inject(Auth).token();
  return next(
    token ? request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }) : request,
  );
};
