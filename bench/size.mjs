// Measures how many bytes the library and each of its features add to a production app.
import { measureLibrarySize } from '../scripts/lib/library-size.mjs';

export function measureSize() {
  const { library, features, growth } = measureLibrarySize();
  return [
    { what: 'ngx-chargebee-portal', bytes: library },
    { what: 'with the parts of Angular and RxJS that it needs', bytes: growth },
    ...features.map(({ name, bytes }) => ({ what: name, bytes })),
  ];
}
