// Uses the features of Angular that nearly every app contains, so that they do not count as the library's size.
import { HttpClient } from '@angular/common/http';
import { Directive, effect, inject, input, output, signal } from '@angular/core';

@Directive({
  selector: 'button[appAction]',
  host: { '[attr.aria-busy]': 'busy()', '(click)': 'run()' },
})
export class Action {
  readonly appAction = input('');
  readonly done = output<string>();
  readonly busy = signal(false);
  readonly #http = inject(HttpClient);

  constructor() {
    effect(() => console.log(this.busy()));
  }

  run(): void {
    this.busy.set(true);
    this.#http.post('/action', { name: this.appAction() }).subscribe({
      complete: () => this.done.emit(this.appAction()),
    });
  }
}
