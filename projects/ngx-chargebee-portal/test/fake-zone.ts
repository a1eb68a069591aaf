import { NEVER } from 'rxjs';

/** A zone with the members that the library and Angular's scheduler use. `isIn` is true while a task runs in it. */
export class FakeZone {
  isIn = false;
  readonly onUnstable = NEVER;
  readonly onMicrotaskEmpty = NEVER;
  readonly onStable = NEVER;
  readonly onError = NEVER;

  run<T>(task: () => T): T {
    return this.#with(true, task);
  }

  runOutsideAngular<T>(task: () => T): T {
    return this.#with(false, task);
  }

  #with<T>(isIn: boolean, task: () => T): T {
    const before = this.isIn;
    this.isIn = isIn;
    try {
      return task();
    } finally {
      this.isIn = before;
    }
  }
}
