// Opens Chargebee’s portal with sessions from chargebee-portal-server, with jQuery.
import $ from 'jquery';

const {
  VITE_CHARGEBEE_SITE: site,
  VITE_CHARGEBEE_DOMAIN: domain,
  VITE_PORTAL_SERVER_URL: portalServerUrl,
  VITE_SIGN_IN_URL: signInUrl,
} = import.meta.env;
/** Longer than the server’s deadline of 9 seconds. */
const TIMEOUT_MS = 15_000;
const PORTAL_CALLBACKS = [
  'loaded',
  'visit',
  'paymentSourceAdd',
  'paymentSourceUpdate',
  'paymentSourceRemove',
  'subscriptionChanged',
  'subscriptionCustomFieldsChanged',
  'subscriptionCancelled',
  'subscriptionResumed',
  'subscriptionPaused',
  'scheduledPauseRemoved',
  'scheduledCancellationRemoved',
  'subscriptionReactivated',
  'subscriptionExtended',
];

// Undefined if chargebee.js could not be loaded.
const chargebee = window.Chargebee?.init({ site, domain });
let token;

const showProblem = (message = '') => $('#problem').text(message);

const report = (name) => (data) =>
  $('<li>')
    .text(data === undefined ? name : `${name} ${JSON.stringify(data)}`)
    .appendTo('#events');

const postJson = (url, body = {}, headers = {}) =>
  $.ajax({
    url,
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify(body),
    dataType: 'json',
    headers,
    timeout: TIMEOUT_MS,
  });

function showUser(name) {
  $('#user-name').text(name ?? '');
  $('#sign-in').prop('hidden', name !== undefined);
  $('#account').prop('hidden', name === undefined);
}

function signOut() {
  token = undefined;
  chargebee?.closeAll();
  chargebee?.logout();
  $('#events').empty();
  showUser(undefined);
}

/** Returns a callback for chargebee.js that requests a session or hosted page from the server. It shows errors. */
function requestFrom(path) {
  const tokenAtClick = token;
  return () =>
    postJson(portalServerUrl + path, {}, { authorization: `Bearer ${tokenAtClick}` }).fail(
      (failure) => {
        if (tokenAtClick !== token) return; // the user has signed out
        chargebee.closeAll(); // otherwise the modal or window would keep loading
        if (failure.status === 401) signOut();
        showProblem(failure.responseJSON?.detail ?? 'Billing is not available. Try again later.');
      },
    );
}

// Call these two synchronously in the click handler: on phones they open a window, which the browser would block later.
function openPortal() {
  chargebee.closeAll(); // left open by a failed attempt
  chargebee.setPortalSession(requestFrom('/portal-session'));
  chargebee.createChargebeePortal().open({
    ...Object.fromEntries(PORTAL_CALLBACKS.map((name) => [name, report(name)])),
    close() {
      // Otherwise chargebee.js stays logged in: the next opening would show this customer, and not request a session.
      chargebee.logout();
      report('close')();
    },
  });
}

function openPaymentSources() {
  chargebee.closeAll();
  chargebee.openCheckout({
    hostedPage: requestFrom('/manage-payment-sources'),
    loaded: report('loaded'),
    success: report('success'),
    close: report('close'),
  });
}

const whenReady = (open) => () => {
  if (chargebee) {
    showProblem();
    open();
  } else {
    showProblem('Billing could not be loaded. Check your connection, and reload the page.');
  }
};

$('#sign-in').on('submit', (event) => {
  event.preventDefault();
  showProblem();
  const user = $('#sign-in [name=user]');
  // Before the answer, when another user may be selected.
  const name = user.find(':selected').text();
  // The emulator’s sign-in. Replace it with your own.
  postJson(signInUrl, { user: user.val() })
    .done(({ access_token }) => {
      token = access_token;
      showUser(name);
    })
    .fail(() => showProblem('You could not be signed in. Try again later.'));
});
$('#manage-billing').on('click', whenReady(openPortal));
$('#payment-methods').on('click', whenReady(openPaymentSources));
$('#sign-out').on('click', () => {
  showProblem();
  signOut();
});
