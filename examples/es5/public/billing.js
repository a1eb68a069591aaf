// Opens Chargebee's portal with sessions from chargebee-portal-server, in ES5. Like chargebee.js, it requires a global Promise.
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

  // Undefined if chargebee.js could not be loaded.
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

  /** Resolves to the response's JSON. Rejects with an Error whose message can be shown to the customer. */
  function postJson(url, body, bearerToken) {
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
      if (bearerToken) request.setRequestHeader('authorization', 'Bearer ' + bearerToken);
      request.onload = function () {
        var answer;
        try {
          answer = JSON.parse(request.responseText);
        } catch (error) {
          return fail();
        }
        if (request.status === 200) resolve(answer);
        else fail(answer && answer.detail); // a proxy may answer without it
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

  /** Returns a callback for chargebee.js that requests a session or hosted page from the server. It shows errors. */
  function requestFrom(path) {
    var tokenAtClick = token;
    return function () {
      return postJson(config.portalServerUrl + path, {}, tokenAtClick).catch(function (error) {
        if (tokenAtClick !== token) throw error; // the user has signed out
        chargebee.closeAll(); // otherwise the modal or window would keep loading
        if (error.status === 401) signOut();
        showProblem(error.message);
        throw error;
      });
    };
  }

  /** Shows an error and returns false if chargebee.js could not be loaded. */
  function checkReady() {
    showProblem(
      chargebee ? '' : 'Billing could not be loaded. Check your connection, and reload the page.'
    );
    return Boolean(chargebee);
  }

  // Call these two synchronously in the click handler: on phones they open a window, which the browser would block later.
  function openPortal() {
    var callbacks = {
      close: function () {
        // Otherwise chargebee.js stays logged in: the next opening would show this customer, and not request a session.
        chargebee.logout();
        report('close')();
      },
    };
    PORTAL_CALLBACKS.forEach(function (name) {
      callbacks[name] = report(name);
    });
    chargebee.closeAll(); // left open by a failed attempt
    chargebee.setPortalSession(requestFrom('/portal-session'));
    chargebee.createChargebeePortal().open(callbacks);
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

  element('sign-in').addEventListener('submit', function (event) {
    var select = element('sign-in').elements.user;
    // Before the answer, when another user may be selected.
    var name = select.options[select.selectedIndex].text;
    event.preventDefault();
    showProblem();
    // The emulator's sign-in. Replace it with your own.
    postJson(config.signInUrl, { user: select.value }).then(
      function (answer) {
        token = answer.access_token;
        showUser(name);
      },
      function () {
        showProblem('You could not be signed in. Try again later.');
      }
    );
  });
  element('manage-billing').addEventListener('click', function () {
    if (checkReady()) openPortal();
  });
  element('payment-methods').addEventListener('click', function () {
    if (checkReady()) openPaymentSources();
  });
  element('sign-out').addEventListener('click', function () {
    showProblem();
    signOut();
  });
})();
