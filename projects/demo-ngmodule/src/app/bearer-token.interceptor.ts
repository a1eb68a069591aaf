import type { HttpEvent, HttpHandler, HttpInterceptor, HttpRequest } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { Observable } from 'rxjs';
import { Auth } from './auth';
import { runtimeConfig } from './runtime-config';

/** Adds the user's token to requests to the backend, and to no others. */
@Injectable()
export class BearerTokenInterceptor implements HttpInterceptor {
  readonly #auth = inject(Auth);

  intercept(request: HttpRequest<unknown>, next: HttpHandler): Observable<HttpEvent<unknown>> {
    const token = this.#auth.token;
    if (!token || request.url !== runtimeConfig().graphqlUrl) return next.handle(request);
    return next.handle(request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }));
  }
}
