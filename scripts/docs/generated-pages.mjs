// The generated pages of the site. Git, Prettier and the documentation checks ignore them.

/** Files and folders; folders end with a slash. */
export const generatedPages = [
  'docs/reference/',
  'docs/changelog.md',
  'docs/emulator/chargebee-js.md',
  'docs/emulator/support.md',
];

/**
 * Whether a path, relative to the root, is a generated page.
 * @param {string} path
 * @returns {boolean}
 */
export function isGenerated(path) {
  return generatedPages.some((page) =>
    page.endsWith('/') ? path.startsWith(page) : path === page,
  );
}
