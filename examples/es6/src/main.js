import { createPaymentSourcesPage, createPortalSession, signIn } from './backend.js';
import { closeAll, isReady, logout, openPaymentSources, openPortal } from './portal.js';

const element = (id) => document.getElementById(id);
let token;

function showProblem(message = '') {
  element('problem').textContent = message;
}

function report(name, data) {
  const item = document.createElement('li');
  item.textContent = data === undefined ? name : `${name} ${JSON.stringify(data)}`;
  element('events').append(item);
}

function showUser(name) {
  element('user-name').textContent = name ?? '';
  element('sign-in').hidden = name !== undefined;
  element('account').hidden = name === undefined;
}

function signOut() {
  token = undefined;
  logout();
  element('events').replaceChildren();
  showUser(undefined);
}

/**
 * Opens the portal or a hosted page, and shows errors.
 *
 * @param opener `openPortal` or `openPaymentSources`
 * @param create requests the session or hosted page from the backend
 */
function open(opener, create) {
  showProblem();
  if (!isReady) {
    showProblem('Billing could not be loaded. Check your connection, and reload the page.');
    return;
  }
  const tokenAtClick = token;
  opener(async () => {
    try {
      return await create(tokenAtClick);
    } catch (error) {
      if (tokenAtClick !== token) throw error; // the user has signed out
      closeAll(); // otherwise the modal or window would keep loading
      if (error.code === 'UNAUTHENTICATED') signOut();
      showProblem(error.message);
      throw error;
    }
  }, report);
}

element('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  showProblem();
  const { user } = event.target.elements;
  // Before the answer, when another user may be selected.
  const [{ text: name }] = user.selectedOptions;
  try {
    token = await signIn(user.value);
    showUser(name);
  } catch (error) {
    showProblem(error.message);
  }
});
element('manage-billing').addEventListener('click', () => open(openPortal, createPortalSession));
element('payment-methods').addEventListener('click', () =>
  open(openPaymentSources, createPaymentSourcesPage),
);
element('sign-out').addEventListener('click', () => {
  showProblem();
  signOut();
});
