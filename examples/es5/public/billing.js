// Opens Chargebee's portal with sessions of chargebee-portal-server, in ES5. It needs a global Promise, as chargebee.js does.
(function () {
  'use strict';

  var config = document.currentScript.dataset;
  var TIMEOUT_MS = 15000; // longer than the server's own deadline of 9 seconds
  var PORTAL_CALLBACKS = [
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

  // Undefined when the script could not be loaded.
  var chargebee =
    window.Chargebee &&
    window.Chargebee.init({ site: config.chargebeeSite, domain: config.chargebeeDomain });
  var token = null;

  function element(id) {
    return document.getElementById(id);
  }

  function showProblem(message) {
    element('problem').textContent = message || '';
  }

  function report(name) {
    return function (data) {
      var item = document.createElement('li');
      item.textContent = data === undefined ? name : name + ' ' + JSON.stringify(data);
      element('events').appendChild(item);
    };
  }

  /** Resolves to the JSON of an answer; rejects with an Error whose message is for the customer. */
  function postJson(url, body) {
    return new Promise(function (resolve, reject) {
      var request = new XMLHttpRequest();

      function fail(message) {
        var error = new Error(message || 'Billing is not available. Try again later.');
        error.status = request.status;
        reject(error);
      }

      request.open('POST', url);
      request.timeout = TIMEOUT_MS;
      request.setRequestHeader('content-type', 'application/json');
      if (token) request.setRequestHeader('authorization', 'Bearer ' + token);
      request.onload = function () {
        var answer;
        try {
          answer = JSON.parse(request.responseText);
        } catch (error) {
          return fail();
        }
        if (request.status === 200) resolve(answer);
        else fail(answer.detail);
      };
      request.onerror = request.ontimeout = function () {
        fail();
      };
      request.send(JSON.stringify(body));
    });
  }

  function showUser(name) {
    element('user-name').textContent = name || '';
    element('sign-in').hidden = Boolean(name);
    element('account').hidden = !name;
  }

  function signOut() {
    token = null;
    if (chargebee) {
      chargebee.closeAll();
      chargebee.logout();
    }
    element('events').textContent = '';
    showUser(null);
  }

  /** Asks the server for what chargebee.js opens, and shows what goes wrong. */
  function create(path) {
    var user = token;
    return function () {
      return postJson(config.portalServerUrl + path, {}).catch(function (error) {
        if (user !== token) throw error; // of somebody who has signed out
        chargebee.closeAll(); // what has been opened would wait for ever
        if (error.status === 401) signOut();
        showProblem(error.message);
        throw error;
      });
    };
  }

  function isReady() {
    showProblem(
      chargebee ? '' : 'Billing could not be loaded. Check your connection, and reload the page.'
    );
    return Boolean(chargebee);
  }

  // Both run within the click: on phones they open a window, which the browser blocks otherwise.
  function openPortal() {
    var callbacks = {
      close: function () {
        // Without it the next opening would ask for no session, and show this customer again for as long as Chargebee's session lasts.
        chargebee.logout();
        report('close')();
      },
    };
    PORTAL_CALLBACKS.forEach(function (name) {
      callbacks[name] = report(name);
    });
    chargebee.closeAll(); // whatever an earlier attempt has left
    chargebee.setPortalSession(create('/portal-session'));
    chargebee.createChargebeePortal().open(callbacks);
  }

  function openPaymentSources() {
    chargebee.closeAll();
    chargebee.openCheckout({
      hostedPage: create('/manage-payment-sources'),
      loaded: report('loaded'),
      success: report('success'),
      close: report('close'),
    });
  }

  element('sign-in').addEventListener('submit', function (event) {
    var select = element('sign-in').elements.user;
    event.preventDefault();
    showProblem();
    // The emulator's sign-in; your own takes its place.
    postJson(config.signInUrl, { user: select.value }).then(
      function (answer) {
        token = answer.access_token;
        showUser(select.options[select.selectedIndex].text);
      },
      function () {
        showProblem('You could not be signed in. Try again later.');
      }
    );
  });
  element('manage-billing').addEventListener('click', function () {
    if (isReady()) openPortal();
  });
  element('payment-methods').addEventListener('click', function () {
    if (isReady()) openPaymentSources();
  });
  element('sign-out').addEventListener('click', function () {
    showProblem();
    signOut();
  });
})();
