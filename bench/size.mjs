// Measures how many bytes the library and each of its features add to a production app.
import { measureLibrarySize } from '../scripts/lib/library-size.mjs';

export function measureSize() {
  const { library, features, growth } = measureLibrarySize();
  return [
    { what: 'ngx-chargebee-portal', bytes: library },
    { what: 'with what it takes of Angular and RxJS', bytes: growth },
    ...features.map(({ name, bytes }) => ({ what: name, bytes })),
  ];
}
